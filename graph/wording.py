"""Numbers, hedges and times as an English reader expects them."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal

from graph.claims import Claim, Measurand, Passage, Quantity, Statement
from graph.comparisons import Comparison
from graph.naming import Thing
from graph.sides import RELATION, Row
from graph.times import Time, parse
from ontology.terms import expand

HEDGES = {
    "exact": "",
    "approx": "about ",
    "just-under": "nearly ",
    "just-over": "just over ",
    "at-least": "at least ",
    "more-than": "more than ",
    "at-most": "up to ",
    "fewer-than": "fewer than ",
}

# What a word of the vocabulary says to a reader: a word or two, and a sentence. See ontology/vocab.ttl.
BOUNDS = {
    "exact": ("plain number", "The number alone, without a hedge."),
    "approx": ("about", "As in about, around, some, roughly."),
    "just-under": ("nearly", "As in nearly, almost, just short of."),
    "just-over": ("just over", "As in a little over, slightly more than."),
    "at-least": ("at least", "As in at least, no fewer than: the number or more."),
    "more-than": (
        "more than",
        "As in more than, over, exceeding: not the number itself, and no upper limit is stated.",
    ),
    "at-most": ("up to", "As in up to, at most, as much as: the number or less; of a greatest value it is the value."),
    "fewer-than": ("fewer than", "As in fewer than, less than, under: not the number itself, and no lower limit."),
}
VARIANTS = {
    "stated-range": ("over variants", "The least and the most over the variants: a spread and no doubt."),
    "one-variant": ("one variant", "Of one variant, load or setting; it says nothing of the others."),
}
KINDS = {
    "fact": ("fact", "Stated as a fact by the claimant."),
    "estimate": ("estimate", "A calculation or a likelihood."),
    "forecast": ("forecast", "About what will happen."),
    "warning": ("warning", "A bad outcome that is to be avoided."),
    "opinion": ("opinion", "A value judgement or an advice."),
    "demand": ("demand", "What somebody else shall do."),
    "pledge": ("pledge", "What the claimant will do."),
    "thanks": ("thanks", "Gratitude towards somebody."),
    "denial": ("denial", "That something is not so."),
    "comparison": ("comparison", "One figure or period against another."),
}
# How somebody claimed that an event took place, to go on with `by` and the name.
STANCES = {
    "fact": "stated as a fact", "estimate": "estimated", "forecast": "forecast", "warning": "warned of",
    "opinion": "held as an opinion", "demand": "demanded", "pledge": "pledged", "thanks": "mentioned in thanks",
    "denial": "denied", "comparison": "compared",
}  # fmt: skip
MODES = {
    "direct-quote": ("direct quote", "The claimant's own words, in quotation marks or verbatim."),
    "indirect": ("indirect", "In the document's words, with the claimant named."),
    "unattributed": ("own voice", "The document says so itself and names nobody: its publisher is the claimant."),
    "headline": ("heading", "A headline, or a heading within the document."),
    "table": ("table", "A cell or a row of a table."),
}
STATUSES = {
    "asserted": ("stated", "At least one claim states it as a fact, or a curated source does."),
    "hedged": ("only estimated", "Only estimates say so."),
    "disputed": ("disputed", "It is also denied, or a rival is claimed."),
}
# How a line of a picture is drawn, and what that means.
LINES = {
    "asserted": ("plain", "stated, or recorded by a source"),
    "estimate": ("dotted", "spoken of, but in estimates alone"),
    "hedged": ("dashed", "uncertain: only estimates say so"),
    "disputed": ("dashed and dotted, red", "disputed: denied, or a rival is claimed"),
}
CONFLICT = "rests on claims that conflict with others"
SPANS = {
    "cumulative": ("running total", "Counted from a start to an as-of day."),
    "during": ("within a period", "Counted from the first day of the period to its last."),
    "one-day": ("one day", "On one day or in one night, which lies somewhere within a window."),
    "timeless": ("timeless", "A property without a period, such as the range of a missile."),
}
OUTCOMES = {
    "agree": ("agree", "The computed limits of the two are the same."),
    "rounding": ("rounding", "The computed limits meet without being the same: one number is rounded or hedged."),
    "scope": (
        "different scope",
        "One counts a part of what the other counts, or they are of different variants or divisions: both can hold.",
    ),
    "contradict": ("contradict", "Both cannot hold."),
    "superseded": ("superseded", "The claimant revised the figure later."),
    "reporting": (
        "misreported",
        "The document misreports it: one claimant, and two numbers that cannot both be what was said.",
    ),
}

VERDICTS = {
    "borne-out": ("borne out", "The numbers bear out what is claimed."),
    "not-borne-out": ("not borne out", "The numbers do not bear out what is claimed."),
    "undecided": ("left open", "The computed limits leave it open."),
    "adds-up": ("adds up", "Nothing is left over, within the computed limits."),
    "unaccounted": ("unaccounted for", "A remainder of the whole is in none of its parts."),
    "overdrawn": ("more than the whole", "The parts together are larger than the whole."),
    "rises": ("never falls", "No total of the series is lower than the one before it."),
    "falls": ("falls", "A running total is lower on a later day."),
    "above": ("above the mean", "The figure is above the mean."),
    "below": ("below the mean", "The figure is below the mean."),
    "near": ("near the mean", "The computed limits of the figure and of the mean meet."),
}

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_OCCURRED, _LOSSES, _CASUALTIES = map(expand, ("sit:occurred", "voc:m-losses", "voc:m-casualties"))


def grouped(number: str) -> str:
    """A number's digits in groups of three: `434000` becomes `434,000`."""
    whole, dot, fraction = number.partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{int(digits):,}{dot}{fraction}" if digits.isdigit() else number


def quantity(said: Quantity) -> str:
    """The number as stated, with its hedge and unit: `more than 434,000`, `190 miles`, `just over 70%`."""
    if said.value is not None:
        number = grouped(said.value)
    elif said.min is not None and said.max is not None:
        ends = ("", "to") if said.variant == "stated-range" or said.bound == "approx" else ("between ", "and")
        number = f"{ends[0]}{grouped(said.min)} {ends[1]} {grouped(said.max)}"
    else:
        number = f"from {grouped(said.min)}" if said.min is not None else f"up to {grouped(said.max or '')}"
    return HEDGES.get(said.bound, "") + number + _unit(said.unit)


def limits(said: Quantity) -> str:
    """The computed limits in the measure's unit, for comparison only: `297.729 to 313.822 km`."""
    low, high = (grouped(limit) if limit is not None else None for limit in (said.low, said.high))
    unit = _unit(said.limits_unit)
    if low and high:
        return (low if low == high else f"{low} to {high}") + unit
    return f"{low}{unit} or more" if low else f"{high or '?'}{unit} or less"


def measured(about: Measurand) -> str:
    """What a number counts, without whose it is: `personnel losses`, `equipment destroyed (main battle tank)`."""
    return about.measure.label + (f" ({about.item.label})" if about.item else "")


def period(about: Measurand) -> str:
    """How a number runs over time: `2024`, `since 2022-02-24, as of 2025-01-19 or 2025-01-20`; empty when timeless."""
    start, end = about.period.start, about.period.end
    match about.span:
        case "timeless" | "":
            return ""
        case "cumulative":
            until = time(Time(about.period.edtf, None, None)) or str(end or "")
            until = f"a day {until}" if until.startswith("between ") else until
            return ", ".join(filter(None, [f"since {start}" if start else "", f"as of {until}" if until else ""]))
        case "one-day":
            if not start or not end or start == end:
                return time(about.period)
            month = _month(start, end)
            return f"one day in {month}" if month else f"one day between {start} and {end}"
    return time(about.period)


def time(when: Time) -> str:
    """A time for a reader: `2024`, `by 2025-01-20`, `2025-01-19 or 2025-01-20`; empty when nothing is known."""
    text = when.edtf
    if text.startswith("../"):
        return f"by {text[3:]}"
    if text.endswith("/.."):
        return f"since {text[:-3]}"
    if text.startswith("["):
        return _one_of(*_bounds(when)) or text
    if text:
        doubt = {"~": "about ", "?": "perhaps ", "%": "perhaps about "}.get(text[-1], "")
        return doubt + (text[:-1] if doubt else text).replace("/", " to ")
    if when.start and when.end:
        return str(when.start) if when.start == when.end else f"{when.start} to {when.end}"
    return f"since {when.start}" if when.start else f"until {when.end}" if when.end else ""


def explained(when: Time) -> str:
    """A time in a sentence's words, with what is not known: `on or before 20 January 2025; the day is not known`."""
    text, (start, end) = when.edtf, _bounds(when)
    if text.startswith("../"):
        return f"on or before {written(text[3:])}; the day itself is not known"
    if text.endswith("/.."):
        return f"since {written(text[:-3])}"
    if text.startswith("[") and start and end:
        if end - start == timedelta(days=1):
            return f"{written(start)} or {written(end)}; which one is not known"
        days = _month(start, end) or f"between {written(start)} and {written(end)}"
        return f"{days}; the day itself is not known"
    if text:
        doubt = {"~": "about ", "?": "perhaps ", "%": "perhaps about "}.get(text[-1], "")
        first, _, last = (text[:-1] if doubt else text).partition("/")
        return doubt + written(first) + (f" to {written(last)}" if last else "")
    if start and end:
        return written(start) if start == end else f"{written(start)} to {written(end)}"
    return f"since {written(start)}" if start else f"on or before {written(end)}" if end else ""


def written(day: date | str) -> str:
    """A day, month or year in words: `20 January 2025`, `October 2023`, `2024`; other texts as they stand.

    >>> written("2025-01-20"), written("2023-10"), written("2024")
    ('20 January 2025', 'October 2023', '2024')
    """
    parts = str(day).split("-")
    if len(parts) > 3 or not all(part.isdigit() for part in parts):
        return str(day)
    numbers = [int(part) for part in parts]
    if len(numbers) == 1 or not 1 <= numbers[1] <= len(_MONTHS):
        return str(day)
    return " ".join([*map(str, numbers[2:]), _MONTHS[numbers[1] - 1], parts[0]])


def content(claim: Claim) -> str:
    """What is claimed, without who and when: `more than 434,000 personnel losses, Russian forces in Ukraine, 2024`."""
    if claim.quantity:
        about = claim.quantity.measurand
        return ", ".join(
            filter(None, [f"{quantity(claim.quantity)} {measured(about)}", about.about.label, period(about)])
        )
    if claim.statement:
        return statement(claim.statement, claim.kind)
    return claim.abstract or claim.label


def row(item: Row) -> str:
    """What a row of claims by side is about: `Capture of Vozdvyzhenka`, `Roman Busargin holds the office of ...`."""
    if item.kind != RELATION or item.predicate is None:
        return item.thing.label
    value = item.object.label if isinstance(item.object, Thing) else item.object or ""
    return f"{_subject(item.thing)} {item.predicate.label} {value}".rstrip()


def why(found: Comparison) -> str:
    """Why a comparison came out as it did, in a sentence with the computed limits."""
    one, other = found.first.quantity, found.second.quantity
    if one is None or other is None:
        return _why_of_statements(found.first, found.second)
    both = f"{limits(one)} and {limits(other)}"
    about, rival = one.measurand, other.measurand
    match found.outcome:
        case "superseded":
            return "The claimant revised the figure."
        case "reporting":
            return f"{_why_misreported(found)}, {both}: a document misreports it."
        case "scope" if about.measure == rival.measure:
            return f"{_why_of_another_scope(one, other)}, {both}: both can hold."
        case "scope":
            return f"One counts a part of what the other counts, and the part is not larger, {both}: both can hold."
        case "agree":
            return f"The limits are the same: {limits(one)}."
        case "rounding":
            return f"The limits meet, {both}: one number is rounded or hedged."
    if about.measure != rival.measure and _larger_part(one, other):
        return f"A part cannot be larger than its whole: {both}."
    if about.measure != rival.measure:
        return f"Both are of the killed and wounded, and their limits do not meet: {both}."
    if about.span == "cumulative" and about.period != rival.period:
        return f"A running total cannot fall from one day to a later one: {both}, {period(about)} and {period(rival)}."
    return f"The limits do not meet: {both}."


def _why_misreported(found: Comparison) -> str:
    slip = next((claim for claim in (found.first, found.second) if claim.iri == found.slip), None)
    if slip is None:
        return "Reports of one communication differ"
    if slip.only_in_headings:
        return "A heading has it otherwise than the text below"
    return "One document has it otherwise than most that report it"


def _why_of_another_scope(one: Quantity, other: Quantity) -> str:
    if "stated-range" in (one.variant, other.variant):
        return "One is a range over variants"
    if "one-variant" in (one.variant, other.variant):
        return "One is of one variant or load"
    if "sit:WeaponSystem" in one.measurand.about.types:
        return "Both are of a family, and one is the number of one of its variants"
    return "Each text counts the parts of the whole in its own way"


def _larger_part(one: Quantity, other: Quantity) -> bool:
    """Whether of losses and a part of them the part is larger; other parts are only compared where they are."""
    whole, part = (one, other) if one.measurand.measure.iri == _LOSSES else (other, one)
    if whole.measurand.measure.iri != _LOSSES or part.measurand.measure.iri != _CASUALTIES:
        return True
    return part.low is not None and whole.high is not None and Decimal(part.low) > Decimal(whole.high)


def _why_of_statements(one: Claim, other: Claim) -> str:
    told = one.statement or other.statement
    if "denial" in (one.kind, other.kind) or (told and told.predicate.iri == _OCCURRED):
        return "One affirms what the other denies."
    return "There can be only one, and two are named."


def statement(said: Statement, kind: str = "fact") -> str:
    """A relation claim as a sentence: `Armed Forces of Ukraine probably operates M39A1 ATACMS Block IA`."""
    if said.predicate.iri == _OCCURRED:
        if kind == "denial" or said.object == "false":
            return f"{said.subject.label}: did not take place"
        expected = {"forecast": "expected", "pledge": "pledged", "demand": "demanded", "warning": "warned of"}
        return f"{said.subject.label}: {expected.get(kind, 'took place')}"
    value = said.object if isinstance(said.object, str) else said.object.label
    if kind == "denial":
        return f"Not so: {_subject(said.subject)} {said.predicate.label} {value}"
    return f"{_subject(said.subject)} {'probably ' if kind == 'estimate' else ''}{said.predicate.label} {value}"


def _subject(thing: Thing) -> str:
    """How a sentence about a thing begins; an event's name is itself half a sentence, and ends in a date."""
    return f"{thing.label}:" if "sit:Event" in thing.types else thing.label


def without(text: str, thing: Thing | None) -> str:
    """What a claim says, without the name of a thing that stands above it; all of it where it does not name it so.

    >>> without("Drone attack on Odesa launched from Kursk", Thing("", "Drone attack on Odesa"))
    'launched from Kursk'
    >>> without("7 places hit, Drone attack on Odesa, in May 2026", Thing("", "Drone attack on Odesa"))
    '7 places hit, in May 2026'
    """
    if thing is None or not thing.label:
        return text
    if text.startswith(thing.label):
        rest = text.removeprefix(thing.label)
        return rest.lstrip(" :,") if rest.startswith((" ", ":", ",")) else text
    before, _, after = text.partition(f", {thing.label}")
    return before + after if after[:1] in ("", ",") else text


def place(passage: Passage) -> str:
    """Where in its document a passage stands: `characters 194-343`, `row 3`, `page 2`; `excerpt` where nobody knows.

    Rows count as in the file: its heading is row 1.
    """
    if passage.start is not None:
        return f"characters {passage.start:,}\u2013{passage.end or passage.start:,}"
    if passage.row is not None:
        return f"row {passage.row_in_file}"
    return f"page {passage.page}" if passage.page is not None else "excerpt"


def claimants(claim: Claim) -> str:
    """Who said it."""
    return ", ".join(who.label for who in claim.claimants)


def _unit(symbol: str) -> str:
    return symbol if symbol in ("", "%") else f" {symbol}"


def _bounds(when: Time) -> tuple[date | None, date | None]:
    """The first and the last possible day, read from the EDTF text where they do not stand beside it."""
    if when.edtf and not (when.start and when.end):
        try:
            read = parse(when.edtf)
        except ValueError:
            return when.start, when.end
        return read.start, read.end
    return when.start, when.end


def _one_of(start: date | None, end: date | None) -> str:
    if not start or not end:
        return ""
    if end - start == timedelta(days=1):
        return f"{start} or {end}"
    return _month(start, end) or f"between {start} and {end}"


def _month(start: date, end: date) -> str:
    """The calendar month that two days are the first and the last of: `November 2024`; empty for other days."""
    whole = start.day == 1 and start.replace(day=monthrange(start.year, start.month)[1]) == end
    return written(f"{start:%Y-%m}") if whole else ""
