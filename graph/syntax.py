"""What is wrong with a query that does not parse, in one sentence.

Oxigraph names the place, and everything that its grammar would have taken there: some 40 alternatives, with the one
that matters ("Prefix not found") among them. Here the place is looked at again, and the sentence says what a person
can do about it.
"""

from __future__ import annotations

import re

from rapidfuzz import process
from rapidfuzz.distance import OSA

from graph.errors import QuerySyntaxError
from graph.tokens import COMMENT, cut
from ontology.terms import PREFIXES

_POSITION = re.compile(r"at (?:line )?(\d+)(?::| column )(\d+)")
_DECLARED = re.compile(r"\bprefix\s+([\w.\-]*):", re.IGNORECASE)
_NAME = re.compile(r"(?<![\w.\-:%\\?$])([\w.\-]*):[\w.\-:%\\]*")
_UPDATES = re.compile(r"\s*(insert|delete|load|clear|drop|create|add|move|copy|with)\b", re.IGNORECASE)
_FORMS = re.compile(r"\b(select|ask|construct|describe)\b", re.IGNORECASE)
_TOKEN = re.compile(
    rf"""
    (?P<blank>   [ \t\r\n]+ | {COMMENT} )
  | (?P<string>  \"{{3}}.*?\"{{3}} | '{{3}}.*?'{{3}} | "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*' )
  | (?P<iri>     <[^<>\s]*> )
  | (?P<word>    [\w.\-:?$@%]+ )
  | (?P<sign>    . )
    """,
    re.VERBOSE | re.DOTALL,
)
_PROLOGUE = re.compile(r"^\s*(?:(?:#[^\n]*\n|prefix\s+[\w.\-]*:\s*<[^<>]*>|base\s*<[^<>]*>)\s*)*", re.IGNORECASE)
_WORD = re.compile(r"[^\s{}()\[\];,]+|\S")
NEAR = 0.5


def explained(message: str, query: str) -> QuerySyntaxError:
    """An engine's message about a query, as an error with line, column and one sentence.

    >>> str(explained("error at 1:20: expected one of Prefix not found, ['%'], ['.']", "SELECT * { ?s fof:x ?o }"))
    'the prefix `fof:` is not declared; did you mean `foaf:`?'
    """
    found = _POSITION.search(message)
    if not found:
        return QuerySyntaxError(message)
    line, column = int(found[1]), int(found[2])
    place = _offset(query, line, column)
    if _FORMS.search(_bare(query)) and (name := _undeclared(query, place)):
        return QuerySyntaxError(
            _prefix(name[1], query, name.end()), _line(query, name.end()), _column(query, name.end())
        )
    return QuerySyntaxError(_sentence(message, query, place), line, column)


def _sentence(message: str, query: str, place: int) -> str:
    if not query.strip():
        return "the query is empty; write a SELECT, ASK, CONSTRUCT or DESCRIBE"
    body = query[_PROLOGUE.match(query).end() :]  # type: ignore[union-attr]  # it matches nothing, too
    if update := _UPDATES.match(body):
        return f"{update[1].upper()} is an update, and this endpoint only reads"
    if "variable that is unbound" in message:
        return (
            "SELECT names a variable that is neither in GROUP BY nor inside COUNT, SAMPLE or another aggregate; "
            "add it to GROUP BY, or aggregate it"
        )
    if "IRI parsing failed" in message:
        return "what stands between < and > is no absolute IRI"
    if not _FORMS.search(_bare(query)):
        return "a query begins with SELECT, ASK, CONSTRUCT or DESCRIBE"
    if sentence := _open(query, place):
        return sentence
    return _unexpected(query, place)


def _undeclared(query: str, place: int) -> re.Match[str] | None:
    """The first name up to a place whose prefix is not declared: the engine may stumble behind it only."""
    bare, known = _bare(query), {"_", *_declared(query)}
    return next((name for name in _NAME.finditer(bare, 0, place) if name[1] not in known), None)


def _declared(query: str) -> set[str]:
    """The prefixes that a query may use."""
    return {*PREFIXES, *_DECLARED.findall(_bare(query))}


def _prefix(name: str, query: str, end: int) -> str:
    """That a prefix is not declared, and which may be meant."""
    if query.startswith("//", end):
        return f"an address stands between < and >: <{name}://...>"
    declared = sorted(_declared(query))
    near = [
        prefix
        for prefix, *_ in process.extract(
            name, declared, scorer=OSA.normalized_similarity, processor=str.lower, score_cutoff=NEAR, limit=3
        )
    ]
    near = [prefix for prefix in near if prefix.lower() == name.lower()] or near
    if near:
        return f"the prefix `{name}:` is not declared; did you mean {' or '.join(f'`{one}:`' for one in near)}?"
    known = " ".join(f"{prefix}:" for prefix in PREFIXES)
    return f"the prefix `{name}:` is not declared; write PREFIX {name}: <...> first. Known here: {known}"


def _open(query: str, place: int) -> str | None:
    """A bracket or a text that is not closed, or one bracket too many."""
    bare = _bare(query)
    waiting: list[tuple[str, int]] = []
    for at, character in enumerate(bare):
        if character in "\"'" and bare.count(character) % 2:
            return f"a text is not closed: {character} opens it in line {_line(bare, at)}"
        if character in "{([":
            waiting.append((character, at))
        elif character in "})]":
            opener = {"}": "{", ")": "(", "]": "["}[character]
            if not waiting:
                return f"`{character}` closes nothing in line {_line(bare, at)}: there is one too many"
            if waiting[-1][0] != opener and at <= place:
                return f"`{waiting[-1][0]}` in line {_line(bare, waiting[-1][1])} is not closed before `{character}`"
            waiting.pop()
    if waiting and place >= len(query.rstrip()):
        return f"the query ends too early: `{waiting[-1][0]}` in line {_line(bare, waiting[-1][1])} is not closed"
    return None


def _bare(query: str) -> str:
    """A query with blanks for its comments, strings and IRIs, each line as long as it was."""
    return "".join(
        token if kind in ("word", "sign") else re.sub(r"[^\n]", " ", token) for kind, token, _ in cut(_TOKEN, query)
    )


def _unexpected(query: str, place: int) -> str:
    word = next((found for found in _WORD.finditer(query) if found.start() <= place < found.end()), None)
    before = " ".join(query[: word.start() if word else place].split())
    if word is None:
        return f"something is wrong or missing before the end: look at `{_tail(before)}`"
    return f"unexpected `{_short(word[0])}`" + (f" after `{_tail(before)}`" if before else "")


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def _tail(text: str) -> str:
    words = text.split(" ")
    return _short(" ".join(words[-3:]) if len(" ".join(words[-3:])) <= 40 else words[-1])


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _column(text: str, at: int) -> int:
    return at - text.rfind("\n", 0, at)


def _offset(query: str, line: int, column: int) -> int:
    """Where a line and column lie in a text; the engine counts lines by line feeds and columns by characters."""
    start = 0
    for _ in range(line - 1):
        start = query.find("\n", start) + 1
    return min(start + column - 1, len(query))
