"""What a stranger's query may not do: reach another host, or be nested so deeply that reading it ends the process.

Oxigraph connects for SERVICE wherever it stands, also as `SERVICE<u>`, `SERVICESILENT<u>`, `SERVICE:x` and right behind
a number (`1.5SERVICE<u>`); nothing else in a query makes it fetch (FROM and GRAPH name graphs of the store). So the
word is looked for by reading the text the way SPARQL's grammar does: outside comments, strings, IRIs, variables and the
local part of names up to its first dot (of `:a.1.5SERVICE<u>` Oxigraph makes a name, a number and the keyword), and
with no more than the name of an endpoint between it and `{`. Where that reading is not certain (a bracket or a string
is left open, `<...>` may be a comparison that hides something), the word is refused wherever it stands.
`bench/guard.py` asks made-up queries of the bare engine and looks for one that connects and is not refused.

Oxigraph reads and evaluates by recursion, and its stack ends: measured with pyoxigraph 0.5.13, a process dies at 1,000
nested calls or EXISTS, at 3,000 nested groups, and at 3,000 parts in a row (OPTIONAL, MINUS, BIND, `||`). So both are
counted before it sees the text, far below what kills it.
"""

from __future__ import annotations

import re

from graph.errors import QueryRefused, QueryTooDeep
from graph.tokens import COMMENT, IRI, STRING, Context, compares, is_absolute

MAX_LENGTH = 256 * 1024
MAX_DEPTH = 100
"""So many brackets may stand inside each other; the deepest of our own questions has 5."""
MAX_PARTS = 1000
"""So many of `_CHAINED` may stand in a query: each makes the tree of the query one deeper."""

_CHAINED = frozenset({"optional", "minus", "union", "bind", "filter", "!", "||", "&&", "+", "-", "*", "/", "|", "^"})

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_TOKEN = re.compile(
    rf"""
    (?P<blank>    [ \t\r\n]+ | {COMMENT} )
  | (?P<string>   {STRING} )
  | (?P<iri>      {IRI} )
  | (?P<variable> [?$]\w+ | @[A-Za-z]+ )
  | (?P<word>     (?=[\w.\-:]|\\.) (?P<plain> (?:[\w.\-]|\\.)*+ ) (?: : (?: [\w\-:%]|\\. )*+ )? )
  | (?P<other>    \|\| | && | . )
    """,
    re.VERBOSE | re.DOTALL,
)
_KEYWORD = re.compile(r"service(?!\.)", re.IGNORECASE)


def check_query(query: str) -> None:
    """Refuse a query that could make the engine connect to another host, or end its process by its mere form.

    Raises:
        QueryRefused: it uses SERVICE, or is longer than `MAX_LENGTH` characters.
        QueryTooDeep: it has more than `MAX_DEPTH` brackets inside each other, or more than `MAX_PARTS` parts in a row.
    """
    if len(query) > MAX_LENGTH:
        raise QueryRefused(f"the query has {len(query):,} characters; at most {MAX_LENGTH:,} are read")
    if uses_service(query):
        raise QueryRefused(
            "SERVICE is refused: this endpoint asks no other; send each endpoint its own query and join the answers"
        )
    if len(query) <= MAX_PARTS and "\\" not in query and sum(map(query.count, "{([")) <= MAX_DEPTH:
        return  # too short for too many parts, and too few brackets to stand too deep
    depth, parts = extent(query)
    if depth > MAX_DEPTH:
        raise QueryTooDeep(
            f"{depth:,} brackets stand inside each other; at most {MAX_DEPTH} may: write it flatter", MAX_DEPTH
        )
    if parts > MAX_PARTS:
        raise QueryTooDeep(
            f"the query has {parts:,} operators and patterns such as OPTIONAL, UNION, FILTER and ||; "
            f"at most {MAX_PARTS:,} may stand in one: list values with VALUES or IN, or send several queries",
            MAX_PARTS,
        )


def uses_service(query: str) -> bool:
    r"""Whether an engine could read a SERVICE pattern in the text. When unsure: yes.

    Engines differ in whether `\u0053` is read as `S` before all else (SPARQL 1.1 Query 19.2) or only in strings and
    IRIs; a character that is escaped can open or close a string in the one reading only. So both are looked at.
    """
    return any(_reads_service(text) for text in {query, _ESCAPE.sub(_character, query)})


def extent(query: str) -> tuple[int, int]:
    """How many brackets stand inside each other, and how many parts make the tree of a query deeper; when unsure: more.

    >>> extent("ASK { ?s ?p '{{{' FILTER(!(?s)) }")
    (3, 2)
    """
    counted = [_extent(text) for text in {query, _ESCAPE.sub(_character, query)}]
    return max(depth for depth, _ in counted), max(parts for _, parts in counted)


def _extent(text: str) -> tuple[int, int]:
    depth = deepest = parts = 0
    for token in _TOKEN.finditer(text):
        kind, part = token.lastgroup, token.group()
        if kind == "iri" and not is_absolute(part):
            # perhaps no IRI but a less-than sign with more behind it, or `<<`
            depth += sum(map(part.count, "{(["))
            deepest = max(deepest, depth)
            depth = max(depth - sum(map(part.count, "})]")), 0)
        elif kind == "other" and part in "{([":
            depth += 1
            deepest = max(deepest, depth)
        elif kind == "other" and part in "})]":
            depth = max(depth - 1, 0)
        elif part.lower() in _CHAINED:
            parts += 1
        elif kind == "word" and part[0] == "-":  # a minus sign right before a number or a name
            parts += len(part) - len(part.lstrip("-"))
    return deepest, parts


def _reads_service(text: str) -> bool:
    if "service" not in text.lower():
        return False
    context = Context()
    names = 0  # how many more may follow what was taken for the keyword, before `{` shows that it is one
    apart = False  # whether a blank stands before the token
    for token in _TOKEN.finditer(text):
        kind, part = token.lastgroup, token.group()
        if kind == "blank":
            apart = True
            continue
        if kind == "iri" and context.may_compare and _hides(part):
            return True  # `?a<?b)SERVICE#x>` is a comparison to the engine, and what follows may not be what it seems
        if kind == "other" and part in "\"'":
            return True  # an open string: the engine will refuse it, or reads it otherwise than we do
        if names and part == "{":
            return True
        if kind == "word" and _KEYWORD.search(token["plain"]):
            names = 1 if ":" in part else 2  # also in the midst of it: `1.5SERVICE:x` is a number, a keyword and a name
        elif kind == "string" or (kind == "other" and part in ";,)}]"):
            names = 0
        elif names and apart and part.lower() != "silent":
            names -= 1
        apart = False
        context.past(part, is_sign=kind == "other")
        if not context.balanced:
            return True  # which bracket is the innermost is what tells a less-than sign
    return bool(context.open)


def _hides(iri: str) -> bool:
    """Whether `<...>` that may be a comparison hides something from those who take it for an IRI.

    A keyword, a bracket, a number sign that opens a comment to the engine, an apostrophe that opens a string.
    """
    return not is_absolute(iri) and bool(re.search("[#'()]", iri) or (compares(iri) and "service" in iri.lower()))


def _character(escape: re.Match[str]) -> str:
    code = int(escape[1] or escape[2], 16)
    return chr(code) if code <= 0x10FFFF else ""
