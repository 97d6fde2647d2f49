"""Citations as text: BibTeX, CSL-JSON, and a Markdown table with footnotes.

Each names what is cited and its snapshot first, so that it tells what was known when, and then every document with the
places in it. Titles are the graph's own descriptions of documents, whose headlines it does not keep.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date

from api.negotiation import BIBTEX, CSL_JSON, MARKDOWN
from graph import wording
from graph.citations import Citations, Reference
from graph.claims import Passage
from graph.times import Time

SITREP = "sitrep: who claimed what about the Russia-Ukraine war"
LICENCE = "CC BY 4.0"
CSL_TYPES = {
    "schema:NewsArticle": "article-newspaper",
    "schema:LiveBlogPosting": "post-weblog",
    "schema:BlogPosting": "post-weblog",
    "schema:Report": "report",
    "schema:Dataset": "dataset",
    "schema:Book": "book",
    "schema:ScholarlyArticle": "article-journal",
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# A brace counts for BibTeX even behind a backslash, so it is named.
_LATEX = {
    "\\": r"{\textbackslash}", "{": r"{\textbraceleft}", "}": r"{\textbraceright}", "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}", **{letter: f"\\{letter}" for letter in "%&_#$"},
}  # fmt: skip
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|~&#^$!{}])")
_BREAKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_BIBLATEX_DATE = re.compile(r"\d{4}(-\d\d){0,2}[~?]?")
_WEB = re.compile(r"https?://", re.IGNORECASE)


def written(cited: Citations, media_type: str) -> str:
    """The citations in one of the three formats."""
    return {BIBTEX: bibtex, CSL_JSON: csl_json, MARKDOWN: markdown}[media_type](cited)


def bibtex(cited: Citations) -> str:
    """One `@misc` for what is cited and one for each document, in UTF-8."""
    entries = [
        _entry(
            _own_key(cited),
            title=_protected(cited.title), publisher="{sitrep}", howpublished=_braced(SITREP),
            version=_braced(cited.snapshot), url=_verbatim(cited.iri), note=_braced(_own_note(cited)),
        )
    ]  # fmt: skip
    for item in cited.references:
        document, (first, last) = item.document, (item.published.start, item.published.end)
        publisher = _braced(document.publisher.label) if document.publisher else ""
        entries.append(
            _entry(
                item.key,
                title=_protected(document.label), publisher=publisher, howpublished=publisher,
                date=_dated(item.published),
                year=_braced(str(last.year)) if last else "",
                month=_MONTHS[last.month - 1] if last and first and first.month == last.month else "",
                url=_verbatim(document.url), urldate=_braced(item.accessed or ""),
                language=_braced(item.language or ""), note=_braced(located(item)),
            )
        )  # fmt: skip
    return "\n".join(entries)


def csl_json(cited: Citations) -> str:
    """An array of items of the Citation Style Language."""
    own: dict[str, object] = {
        "id": _own_key(cited), "type": "dataset", "title": _line(cited.title), "container-title": SITREP,
        "publisher": "sitrep", "version": cited.snapshot, "URL": _address(cited.iri), "note": _own_note(cited),
    }  # fmt: skip
    items = [own, *map(_csl_item, cited.references)]
    given = [{name: value for name, value in item.items() if value} for item in items]
    return json.dumps(given, ensure_ascii=False, indent=2) + "\n"


def markdown(cited: Citations) -> str:
    """A heading, a table of the documents, and a footnote for each (GitHub Flavored Markdown)."""
    lines = [
        f"# {_marked(cited.title)}", "",
        f"{_marked(SITREP)}. {_marked(_own_note(cited))}. {_linked(cited.iri)}".rstrip(), "",
    ]  # fmt: skip
    if not cited.references:
        return "\n".join([*lines, "No document stands behind this.", ""])
    lines += ["| Document | Publisher | Date | Where |", "| --- | --- | --- | --- |"]
    notes = []
    for item in cited.references:
        document, day = item.document, wording.time(item.published)
        publisher = _marked(document.publisher.label) if document.publisher else ""
        cells = (f"{_marked(document.label)}[^{item.key}]", publisher, _marked(day), _marked(located(item)))
        lines.append("| " + " | ".join(cell or "\u2013" for cell in cells) + " |")
        parts = [f"\u201c{_marked(document.label)}\u201d", publisher, _marked(day), _marked(located(item))]
        told = ", ".join(filter(None, parts)) + "."
        accessed = f"Accessed {_marked(item.accessed)}." if item.accessed else ""
        notes.append(" ".join(filter(None, [f"[^{item.key}]: {told}", _linked(document.url), accessed])))
    return "\n".join([*lines, "", *notes, ""])


def located(item: Reference) -> str:
    """The places in a document: `characters 194-343, 400-410; page 2`; empty where the whole is meant.

    An excerpt has no places that are known.
    """
    found = [
        ("characters", [_range(place) for place in item.places if place.start is not None]),
        ("page", [str(place.page) for place in item.places if place.page is not None]),
        ("row", [str(place.row_in_file) for place in item.places if place.row is not None]),
    ]
    parts = [
        f"{word}{'s' * (len(places) > 1 and word != 'characters')} {', '.join(places)}"
        for word, places in found
        if places
    ]
    if not parts:
        return "excerpt" if item.places else ""
    return "; ".join([*parts, f"and {item.more_places:,} more places"] if item.more_places else parts)


def _csl_item(item: Reference) -> dict[str, object]:
    document = item.document
    web = "webpage" if _address(document.url) else "document"
    publisher = _line(document.publisher.label) if document.publisher else ""
    type = CSL_TYPES.get(item.type, web)
    return {
        "id": item.key,
        "type": type,
        "title": _line(document.label),
        "container-title": publisher if type in ("article-newspaper", "post-weblog") else "",
        "publisher": publisher,
        "issued": _csl_date(item.published.start, item.published.end, item.published.edtf),
        "accessed": _csl_accessed(item.accessed),
        "URL": _address(document.url),
        "language": item.language or "",
        "page": ", ".join(str(place.page) for place in item.places if place.page is not None),
        "note": _line(located(item)),
    }


def _csl_date(first: date | None, last: date | None, edtf: str) -> dict[str, object]:
    """A day, a month, a year, or a range of days; `circa` where it is only about then."""
    if last is None:
        return {}
    ends = [last] if first is None or first == last else [first, last]
    parts = [[day.year, day.month, day.day] for day in ends]
    whole = re.fullmatch(r"(\d{4})(?:-(\d\d))?[~?%]?", edtf)
    if whole:
        parts = [[int(number) for number in whole.groups() if number]]
    doubtful = edtf[-1:] in ("~", "?", "%") or edtf.startswith("[") or first is None
    return {"date-parts": parts, **({"circa": True} if doubtful and edtf else {})}


def _csl_accessed(text: str | None) -> dict[str, object]:
    try:
        day = date.fromisoformat((text or "")[:10])
    except ValueError:
        return {}
    return {"date-parts": [[day.year, day.month, day.day]]}


def _own_key(cited: Citations) -> str:
    return f"sitrep-{cited.snapshot}-{hashlib.sha256(cited.iri.encode()).hexdigest()[:8]}"


def _own_note(cited: Citations) -> str:
    shown, total = len(cited.references), cited.total
    documents = f"{total:,} document{'' if total == 1 else 's'}"
    if shown < total:
        documents = f"the first {shown:,} of {documents}"
    return f"Snapshot {cited.snapshot}, {documents}, {LICENCE}"


def _range(place: Passage) -> str:
    return f"{place.start}\u2013{place.end}" if place.end is not None else str(place.start)


def _line(text: str) -> str:
    """A text on one line, without control characters."""
    return _BREAKS.sub(" ", text).strip()


def _address(url: str | None) -> str:
    """An address of the web as it may stand anywhere; empty for any other."""
    if not url or not _WEB.match(url):
        return ""
    return "".join(letter if letter not in '{}<>\\"^`|' and letter > " " else f"%{ord(letter):02X}" for letter in url)


def _entry(key: str, **fields: str) -> str:
    given = [f"  {name} = {value}" for name, value in fields.items() if value]
    return f"@misc{{{key},\n" + ",\n".join(given) + "\n}\n"


def _braced(text: str) -> str:
    return "{" + "".join(_LATEX.get(letter, letter) for letter in _line(text)) + "}" if text else ""


def _protected(text: str) -> str:
    """Braced twice: its capitals stay."""
    return "{" + _braced(text) + "}"


def _dated(when: Time) -> str:
    """A day or a range as biblatex reads it: EDTF without the sets and marks that it does not know."""
    if _BIBLATEX_DATE.fullmatch(when.edtf):
        return "{" + when.edtf + "}"
    return "{" + "/".join(dict.fromkeys(str(day) for day in (when.start, when.end) if day)) + "}" if when.end else ""


def _verbatim(url: str | None) -> str:
    return "{" + _address(url) + "}" if _address(url) else ""


def _marked(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", _line(text))


def _linked(url: str | None) -> str:
    return f"<{_address(url)}>" if _address(url) else ""
