"""The models of a sheet: one source document, and the claims that a person read in it.

A sheet is YAML that a careful journalist writes by hand; docs/curating.md shows how. Keys are written with hyphens
(`as-of`, `part-of`). Names of things are slugs, the last part of an IRI under `id/`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from types import UnionType
from typing import Annotated, Any, Literal, Self, TypeVar, Union, get_args, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    HttpUrl,
    Tag,
    ValidationError,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import GenerateJsonSchema
from pyoxigraph import NamedNode

from graph import times
from graph.curation.source import Place, Source, named
from graph.curation.vocabulary import unknown, vocabulary
from graph.errors import InvalidData
from graph.identity import local_name
from graph.limits import COUNT

ABSTRACT_LENGTH = 200
DIGITS = 15  # of a number; the engine computes with 18 before and after the point
_SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
_NUMBER = r"-?([0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\.[0-9]+)?"
_LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$"


class Misplaced(ValueError):
    """Something that is wrong about a part of what is being read: `at` leads to it from there."""

    def __init__(self, message: str, *at: str | int) -> None:
        super().__init__(message)
        self.at = at


def _edtf(value: Any) -> Any:
    # YAML reads [2025-01-18..2025-01-20] as a list of one string: put the brackets back
    text = "[" + ",".join(value) + "]" if isinstance(value, list) and all(isinstance(v, str) for v in value) else value
    if isinstance(text, str):
        times.parse(text)
    return text


def _with_an_end(text: str) -> str:
    if times.parse(text).end is None:
        raise ValueError(f"{text!r} has no last possible day; write the latest that it can be, as in ../2025-01-20")
    return text


def _number(text: str) -> str:
    if not re.fullmatch(_NUMBER, text):
        raise ValueError(f"{text!r} is not a number as a text prints it; write digits, such as 434000 or 70.3")
    if sum(map(str.isdigit, text)) > DIGITS:
        raise ValueError(f"{text!r} has more than {DIGITS} digits; choose a larger unit")
    if text.startswith("-"):
        raise ValueError(f"{text!r} is below zero, which no measure can be; write {text[1:]}, or what the text gives")
    return text.replace(",", "")


def is_whole(number: str) -> bool:
    """Whether a number, with a point before its decimals, can be a count: `61`, `61.0`.

    `1.000` cannot: where a point groups thousands it is a thousand, and nothing in it tells which one is meant.
    """
    whole, _, decimals = number.partition(".")
    return not decimals.strip("0") and not (len(decimals) == 3 and len(whole) <= 3)


def _slug(text: str) -> str:
    if not re.fullmatch(_SLUG, text):
        raise ValueError(f"{text!r} is not a slug; write lower-case letters, digits and single hyphens")
    return text


def _span(text: str) -> str:
    match = re.fullmatch(r"([0-9]{1,9})-([0-9]{1,9})", text)
    if not match or int(match[1]) >= int(match[2]):
        raise ValueError(
            f"{text!r} is no place in a text; write start-end in characters, such as 194-343 (see `sitrep locate`)"
        )
    return text


def _several(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _each_once(slugs: list[str]) -> list[str]:
    for n, slug in enumerate(slugs):
        if slug in slugs[:n]:
            raise Misplaced(f"{slug!r} is named twice; keep one", n)
    return slugs


def _language(text: str) -> str:
    if not re.fullmatch(_LANGUAGE, text):
        raise ValueError(f"{text!r} is not a language tag; write en, uk, ru or another of two or three letters")
    return text


def _sha256(text: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{64}", text):
        raise ValueError(
            f"{text!r} is not a SHA-256; copy the 64 digits (0-9, a-f) that `sitrep locate` prints for the text"
        )
    return text


def _iri(url: HttpUrl) -> HttpUrl:
    try:
        NamedNode(str(url))
    except ValueError as error:
        raise ValueError(f"{str(url)!r} is no web address as the graph can hold it: {error}") from None
    return url


def _in_english(value: Any) -> Any:
    return {"en": value} if isinstance(value, str) else value


def _end_of_relation(value: Any) -> str:
    return "measurand" if isinstance(value, dict | Measurand) else "slug"


def _known(scheme: str) -> AfterValidator:
    """Turn a word of one of the vocabulary's schemes into its concept's IRI."""
    return AfterValidator(lambda word: vocabulary().concept(scheme, word).value)


def _offered(scheme: str) -> WithJsonSchema:
    """Have editors offer the words of a scheme; `_with_words` fills them in."""
    return WithJsonSchema({"type": "string", "x-words": scheme})


def _unit(word: str) -> str:
    vocabulary().unit(word)
    return word


def _predicate(word: str) -> str:
    return vocabulary().predicate(word).value


_SLUG_SCHEMA = {"type": "string", "pattern": _SLUG}
_EDTF_HELP = (
    "A date in EDTF: 2025-01-20, 2025-01, 2025-01-20~ (about), ../2025-01-20 (on or before), "
    "[2025-01-18..2025-01-20] (one of these days)."
)
Slug = Annotated[str, AfterValidator(_slug), WithJsonSchema(_SLUG_SCHEMA)]
Slugs = Annotated[
    list[Slug],
    BeforeValidator(_several),
    AfterValidator(_each_once),
    WithJsonSchema({"anyOf": [_SLUG_SCHEMA, {"type": "array", "items": _SLUG_SCHEMA}]}),
]
Edtf = Annotated[
    str,
    BeforeValidator(_edtf),
    WithJsonSchema(
        # an editor reads 2024 as a number; a sheet's scalars are all texts
        {
            "anyOf": [{"type": ["string", "number"]}, {"type": "array", "items": {"type": "string"}}],
            "description": _EDTF_HELP,
        }
    ),
]
Day = Annotated[Edtf, AfterValidator(_with_an_end)]
Number = Annotated[str, AfterValidator(_number), WithJsonSchema({"type": ["string", "number"]})]
Kind = Annotated[str, _known("kinds"), _offered("kinds")]
Bound = Annotated[str, _known("bounds"), _offered("bounds")]
Variant = Annotated[str, _known("variants"), _offered("variants")]
Mode = Annotated[str, _known("modes"), _offered("modes")]
Medium = Annotated[str, _known("media"), _offered("media")]
Measure = Annotated[str, _known("measures"), _offered("measures")]
EventType = Annotated[str, _known("event-types"), _offered("event-types")]
Precision = Annotated[str, _known("precisions"), _offered("precisions")]
Unit = Annotated[str, AfterValidator(_unit), _offered("units")]
Predicate = Annotated[str, AfterValidator(_predicate), _offered("predicates")]
Language = Annotated[str, AfterValidator(_language), WithJsonSchema({"type": "string", "pattern": _LANGUAGE})]
Url = Annotated[HttpUrl, AfterValidator(_iri)]
Text = Annotated[str, Field(min_length=1)]
Revised = Annotated[
    list[Text],
    BeforeValidator(_several),
    WithJsonSchema({"anyOf": [{"type": "string", "minLength": 1}, {"type": "array", "items": {"type": "string"}}]}),
]
Sha256 = Annotated[str, AfterValidator(_sha256), WithJsonSchema({"type": "string", "pattern": "^[0-9a-f]{64}$"})]
Label = Annotated[
    dict[Language, Text],
    BeforeValidator(_in_english),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": {"type": "string"}}]}),
]


class Model(BaseModel):
    """What all parts of a sheet share: hyphenated keys, and no key that is not known."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=lambda name: name.replace("_", "-"))


_Root = TypeVar("_Root", bound=Model)


class Document(Model):
    """The source document: who published it, when, and which text was read."""

    type: Literal["live-blog", "news-article", "report", "dataset", "social-post", "web-page"] = Field(
        description="What it is."
    )
    label: str = Field(min_length=1, description="A name of your own for the document. Not its headline.")
    publisher: Slug = Field(description="Slug of the outlet or body that published it.")
    url: Url | None = Field(None, description="Where it can be read, if known.")
    date: Day | None = Field(None, description="Day of publication.")
    language: Language = Field(description="Language tag, such as en or uk.")
    sha256: Sha256 | None = Field(None, description="Of the exact text; `sitrep locate` prints it.")
    length: int | None = Field(None, ge=1, description="Of the exact text, in characters (code points).")
    license: Url | None = Field(None, description="Of a dataset: the licence under which it may be used.")
    excerpt: bool = Field(False, description="true where only a part of the document was seen.")

    @model_validator(mode="after")
    def _text_is_known(self) -> Self:
        if not self.excerpt and self.type != "dataset" and not (self.sha256 and self.length):
            raise Misplaced(
                "give sha256 and length of the text that you read, as `sitrep locate` prints them, "
                "or say `excerpt: true`",
                "excerpt",
            )
        return self


class Communication(Model):
    """The act through which a claimant spoke: an interview, a post, a bulletin, a survey."""

    medium: Medium = Field(description="What kind of act.")
    publisher: Slug | None = Field(None, description="Who put it out: the channel, the account, the body.")
    date: Day | None = Field(None, description="The day of it; ../2025-01-20 when only known to be on or before.")
    label: str | None = Field(None, description="A name of your own; made from medium, publisher and date when absent.")
    url: Url | None = Field(None, description="Where it can be read, if known.")
    fieldwork: Edtf | None = Field(None, description="Of a survey: the days on which people were asked.")


class Event(Model):
    """Something that happened or is said to have happened; that it did is a claim (`occurred`)."""

    label: Label = Field(description="A name of your own: English text, or one text a language (en:, uk:).")
    type: EventType = Field(description="What happened.")
    date: Edtf | None = Field(None, description="When, as far as undisputed.")
    actor: Slugs = Field(default_factory=list, description="Who did it; all parties where nobody initiates.")
    recipient: Slugs = Field(default_factory=list, description="Whom it was directed at, or who received.")
    weapon: Slugs = Field(default_factory=list, description="Weapons used or transferred.")
    location: Slug | None = Field(None, description="The place, settlement at the finest.")
    precision: Precision | None = Field(None, description="How exact the place is.")
    part_of: Slug | None = Field(None, description="The larger event: a war, a night of attacks.")


class Measurand(Model):
    """What a number is about. One of `period`, `day`, `as-of` says how it runs over time; none: it is timeless."""

    about: Slug = Field(description="The thing: a force, an event, a weapon, a topic.")
    measure: Measure = Field(description="Which kind of number.")
    item: Text | None = Field(
        None, description="What is counted, when it is not the thing itself: a weapon system or a category (w-tank)."
    )
    place: Slug | None = Field(None, description="Where, when the number is only about a place.")
    period: Edtf | None = Field(None, description="During this period: 2024, or 2025-01-18/2025-01-19.")
    day: Edtf | None = Field(None, description="On one day or night within this window.")
    as_of: Edtf | None = Field(None, description="A running total up to this day; give `since` too.")
    since: Edtf | None = Field(None, description="First day of a running total.")

    @model_validator(mode="after")
    def _one_span(self) -> Self:
        given = [key for key, value in (("period", self.period), ("day", self.day), ("as-of", self.as_of)) if value]
        if len(given) > 1:
            raise Misplaced(
                f"{' and '.join(given)} exclude each other: a number is for a period, for one day, or a running total",
                given[1],
            )
        if self.since and not self.as_of:
            raise Misplaced("`since` needs an `as-of` beside it: the day up to which the total runs", "since")
        if self.as_of and not self.since:
            raise Misplaced("`as-of` needs a `since` beside it: the first day of the total", "as-of")
        if self.since and times.parse(self.since).start is None:
            raise Misplaced(f"{self.since!r} names no first day; a running total needs one", "since")
        if self.as_of and times.parse(self.as_of).end is None:
            raise Misplaced(f"{self.as_of!r} names no last possible day; a running total needs one", "as-of")
        if self.since and self.as_of and _start(self.since) > _end(self.as_of):
            raise Misplaced(f"the total is as of {self.as_of}, before it starts ({self.since})", "as-of")
        return self


class Quantity(Measurand):
    """A number as the claimant gave it."""

    value: Number | None = Field(None, description="The number as printed: 434000 or 434,000; a point parts decimals.")
    min: Number | None = Field(None, description="The lower end of a doubt ('between 100 and 150').")
    max: Number | None = Field(None, description="The upper end of a doubt.")
    unit: Unit = Field(description="people, percent, km, miles, ...")
    bound: Bound = Field(
        "exact", validate_default=True, description="The claimant's own hedge, from the most direct passage."
    )
    variant: Variant | None = Field(
        None,
        description="stated-range: min and max are a spread over variants and no doubt. one-variant: the number is of "
        "one variant, load or setting of the thing, and not of all.",
    )

    @model_validator(mode="after")
    def _counted_whole(self) -> Self:
        for key, number in (("value", self.value), ("min", self.min), ("max", self.max)):
            if number is None or "." not in number or vocabulary().unit(self.unit).nature != COUNT or is_whole(number):
                continue
            whole, _, decimals = number.partition(".")
            grouped = f"{whole}{decimals} or {whole},{decimals}" if len(decimals) == 3 else "it without a point"
            raise Misplaced(
                f"{number!r} has a fraction, but {self.unit!r} is a count; the point parts decimals and the comma "
                f"groups thousands: write {grouped}",
                key,
            )
        return self

    @model_validator(mode="after")
    def _number_given(self) -> Self:
        if self.value is None and self.min is None and self.max is None:
            raise ValueError("a quantity needs a `value`, or `min` and `max` where the text gives a range of doubt")
        if self.max is None and self.min is not None:
            raise Misplaced("`min` without `max`; give both, or a `value` with `bound: at-least`", "min")
        if self.min is None and self.max is not None:
            raise Misplaced("`max` without `min`; give both, or a `value` with `bound: at-most`", "max")
        if self.variant and local_name(self.variant) == "stated-range" and self.min is None:
            raise Misplaced("a stated-range needs `min` and `max`: the least and the most over the variants", "variant")
        if self.min is not None and self.max is not None:
            low, high = Decimal(self.min), Decimal(self.max)
            if low > high:
                raise Misplaced(f"min {self.min} is greater than max {self.max}; turn them round", "min")
            if self.value is not None and not low <= Decimal(self.value) <= high:
                raise Misplaced(f"value {self.value} lies outside of {self.min} to {self.max}; correct one", "value")
        return self


_Plain = Annotated[Text, WithJsonSchema({"type": ["string", "number", "boolean"]})]


class Relation(Model):
    """A link between two things, or a plain value of one: subject, predicate, object."""

    subject: Annotated[
        Annotated[Slug, Tag("slug")] | Annotated[Measurand, Tag("measurand")], Discriminator(_end_of_relation)
    ] = Field(description="A thing's slug, or a measurand.")
    predicate: Predicate = Field(description="occurred, operates, holds, usedIn, exceeds, ...")
    object: Annotated[
        Annotated[_Plain, Tag("slug")] | Annotated[Measurand, Tag("measurand")], Discriminator(_end_of_relation)
    ] = Field(description="A slug; true or false for `occurred`; a year for `serviceEntry`; a measurand for `exceeds`.")


class Position(Model):
    """An opinion, warning, demand or thanks: its topics; what was said stands in the claim's `abstract`."""

    about: Slugs = Field(min_length=1, description="What it is about.")


class Passage(Model):
    """A place in the document that carries the claim. Never the wording itself."""

    at: Annotated[str, AfterValidator(_span)] | None = Field(
        None, description="start-end in characters, from 0; `sitrep locate` prints it."
    )
    row: _Plain | None = Field(None, description="Of a table: the row's number from 0, or its key.")
    page: Annotated[int, Field(ge=1)] | None = Field(None, description="Of a paged document, from 1.")
    url: Url | None = Field(None, description="Where this very place can be seen: a picture, an entry of a list.")
    mode: Mode = Field(description="How the document words it.")
    bound: Bound | None = Field(None, description="This passage's own hedge of the number.")
    wording_checked: bool | None = Field(
        None, description="false where the source's wording of the hedge was not looked at again."
    )
    confidence: Annotated[float, Field(ge=0, le=1)] | None = Field(
        None, description="How sure the reading is; below 0.7 it reads two ways."
    )

    @model_validator(mode="after")
    def _one_locator(self) -> Self:
        if sum(v is not None for v in (self.at, self.row, self.page)) > 1:
            raise ValueError("a passage has one locator; keep one of `at`, `row` and `page`")
        return self


class Claim(Model):
    """One assertion by a claimant on an occasion, with the passages that report it."""

    name: Slug | None = Field(None, description="A handle within this sheet, for `revises`.")
    claimant: Slugs = Field(min_length=1, description="Who said it, at the level that the text names.")
    kind: Kind = Field(description="What sort of assertion.")
    channel: Slug | None = Field(None, description="The communication through which it was made.")
    said: Day | None = Field(None, description="The day of saying; the channel's or the document's when absent.")
    key: Text | None = Field(None, description="For positions: the same key in two sheets makes them one claim.")
    revises: Revised = Field(
        default_factory=list, description="The claim that this one replaces, or several: its name, or sheet-id#name."
    )
    quantity: Quantity | None = None
    relation: Relation | None = None
    position: Position | None = None
    abstract: str | None = Field(
        None, min_length=1, description="The claim in your own words, at most 200 characters. Never a quotation."
    )
    passages: list[Passage] = Field(min_length=1, description="Every place in the document that reports it.")

    @model_validator(mode="after")
    def _one_content(self) -> Self:
        given = [name for name in ("quantity", "relation", "position") if getattr(self, name) is not None]
        if len(given) != 1:
            what = (
                f"has {' and '.join(given)}; split it into one claim each"
                if given
                else "has none; add the one that fits"
            )
            raise ValueError(f"a claim holds exactly one of quantity, relation or position; this one {what}")
        if self.position and not self.abstract:
            raise ValueError("a position needs an `abstract`: what was said, in your own words")
        if self.abstract and len(self.abstract) > ABSTRACT_LENGTH:
            raise Misplaced(
                f"the abstract has {len(self.abstract)} characters; say it in at most {ABSTRACT_LENGTH}, "
                "in your own words",
                "abstract",
            )
        if self.key and not self.position:
            raise Misplaced(
                "only a position has a `key`; leave it out, equal numbers and relations are one claim anyway",
                "key",
            )
        for n, passage in enumerate(self.passages):
            if passage.bound and not self.quantity:
                raise Misplaced("only the passages of a quantity have a `bound`; leave it out", "passages", n, "bound")
            if passage.wording_checked is not None and not self.quantity:
                message = (
                    "only the passages of a quantity have `wording-checked`, which is about the hedge; leave it out"
                )
                raise Misplaced(message, "passages", n, "wording-checked")
        return self


class Sheet(Model):
    """One source document with its communications, events and claims."""

    id: Slug = Field(description="The document's name under doc/.")
    document: Document
    communications: dict[Slug, Communication] = Field(
        default_factory=dict, description="By slug; shared by all sheets."
    )
    events: dict[Slug, Event] = Field(default_factory=dict, description="By slug; shared by all sheets.")
    claims: list[Claim] = Field(default_factory=list)

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        names = set[str]()
        for n, claim in enumerate(self.claims):
            if claim.name in names:
                message = f"the name {claim.name!r} is given to two claims; each needs its own"
                raise Misplaced(message, "claims", n, "name")
            names |= {claim.name} if claim.name else set()
        return self


def read(source: Source) -> Sheet:
    """A sheet from its file's content.

    Raises:
        InvalidData: every place where the content is not what the models ask for.
    """
    return read_as(source, Sheet)


def read_as(source: Source, root: type[_Root]) -> _Root:
    """A file's content as a model of this style: a sheet, or another file that people write.

    Raises:
        InvalidData: every place where the content is not what the models ask for.
    """
    try:
        return root.model_validate(source.content)
    except ValidationError as error:
        details = [dict(detail) for detail in error.errors(include_url=False)]
        raise InvalidData([source.violation(*_sentence(source, root, detail)) for detail in details]) from None


def _sentence(source: Source, root: type[Model], detail: dict[str, Any]) -> tuple[Place, str]:
    """Where a pydantic error stands in the file, and the same in words."""
    # a union's branch appears in the place by its type's name: drop what the file does not hold
    place: Place = ()
    content: Any = source.content
    for step in detail["loc"]:
        if (isinstance(content, dict) and step in content) or (
            isinstance(content, list) and isinstance(step, int) and step < len(content)
        ):
            content = content[step]
            place = (*place, step)
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "missing":
        key = str(detail["loc"][-1])
        says = _keys(root, place).get(key, "")
        return place, f"`{key}` is missing; add it" + (f" ({says[0].lower()}{says[1:].rstrip('.')})" if says else "")
    if kind == "extra_forbidden":
        return place, unknown("key", str(place[-1]), _keys(root, place[:-1]))
    if kind == "value_error":
        error = context["error"]
        return (*place, *getattr(error, "at", ())), str(error)
    if kind == "literal_error":
        return place, unknown(str(place[-1]), str(content), re.findall("'([^']+)'", context["expected"]))
    sentence = _SENTENCES.get(kind) or _SENTENCES[kind.partition("_")[0]]
    return place, sentence.format(name=named(place), found=content, **context)


# pydantic's kinds of error, or what they start with, in words.
_SENTENCES = {
    "too_short": "{name} is empty; give at least one",
    "string_too_short": "{name} is empty; give a text, or leave the line out",
    "string_type": "{name} is a plain text; write it behind the colon, without brackets or hyphens",
    "list_type": "{name} is a list; start each entry with a hyphen, on a line of its own",
    "dict_type": "{name} holds keys with values; write each on a line of its own, as `key: value`",
    "model": "{name} holds keys with values; write each on a line of its own, as `key: value`",
    "int": "{name} is {found!r}, but a whole number is needed",
    "float": "{name} is {found!r}, but a number is needed, with a point for decimals",
    "bool": "{name} is {found!r}, but true or false is needed",
    "greater_than_equal": "{name} is {found}, but at least {ge:g} is needed",
    "less_than_equal": "{name} is {found}, but at most {le:g} is possible",
    "finite_number": "{name} is {found}, but a number is needed",
    "url": "{name} is {found!r}, which is no web address; write the whole of it, with https:// in front",
}


def _keys(root: type[Model], place: Place) -> dict[str, str]:
    """The keys that a mapping of a file may have, with what each says."""
    parts: list[Any] = [root]
    for step in place:
        parts = [inner for part in parts for inner in _inside(part, step)]
    return {
        str(field.alias): field.description or ""
        for part in parts
        for model in _alternatives(part)
        if isinstance(model, type) and issubclass(model, Model)
        for field in model.model_fields.values()
    }


def _inside(annotation: Any, step: str | int) -> list[Any]:
    """The types of what stands behind a key, or at a number, in something of a type."""
    found: list[Any] = []
    for part in _alternatives(annotation):
        if isinstance(part, type) and issubclass(part, Model):
            found += [field.annotation for field in part.model_fields.values() if field.alias == step]
        elif get_origin(part) in (list, dict):
            found.append(get_args(part)[-1])
    return found


def _alternatives(annotation: Any) -> list[Any]:
    if get_origin(annotation) is Annotated:
        return _alternatives(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return [part for option in get_args(annotation) for part in _alternatives(option)]
    return [annotation]


def _start(edtf: str) -> date:
    return times.parse(edtf).start or date.min


def _end(edtf: str) -> date:
    return times.parse(edtf).end or date.max


class _SheetSchema(GenerateJsonSchema):
    """Puts the vocabulary's words into the schema, so that editors offer them."""

    def generate(self, schema: Any, mode: Any = "validation") -> dict[str, Any]:
        document = super().generate(schema, mode)
        return {
            "$schema": self.schema_dialect,
            "$id": "https://w3id.org/sitrep/sheet.schema.json",
            **_with_words(document),
        }


_WORDS: dict[str, Callable[[], list[str]]] = {
    "units": lambda: vocabulary().unit_words(),
    "predicates": lambda: sorted(vocabulary().predicates()),
}


def _with_words(part: Any) -> Any:
    if isinstance(part, list):
        return [_with_words(item) for item in part]
    if not isinstance(part, dict):
        return part
    if scheme := part.get("x-words"):
        known = _WORDS.get(scheme, lambda: vocabulary().words(scheme))()
        return {**{key: value for key, value in part.items() if key != "x-words"}, "enum": known}
    return {key: _with_words(value) for key, value in part.items()}


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a sheet, for editors (docs/sheet.schema.json)."""
    return Sheet.model_json_schema(by_alias=True, schema_generator=_SheetSchema)
