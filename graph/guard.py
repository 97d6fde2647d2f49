"""What a stranger's query may not do: reach another host.

Oxigraph connects for SERVICE wherever it stands, also as `SERVICE<u>`, `SERVICESILENT<u>`, `SERVICE:x` and right behind
a number (`1.5SERVICE<u>`); nothing else in a query makes it fetch (FROM and GRAPH name graphs of the store). So the
word is looked for by reading the text the way SPARQL's grammar does: outside comments, strings, IRIs, variables and the
local part of names up to its first dot (of `:a.1.5SERVICE<u>` Oxigraph makes a name, a number and the keyword). Where
that reading is not certain, the word is refused wherever it stands.
"""

from __future__ import annotations

import re

from graph.errors import QueryRefused

MAX_LENGTH = 256 * 1024

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_TOKEN = re.compile(
    r"""
    (?P<comment>  \#[^\n\r]* )
  | (?P<string>   \"{3}(?:"{0,2}(?:[^"\\]|\\.))*+\"{3} | '{3}(?:'{0,2}(?:[^'\\]|\\.))*+'{3}
                | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*' )
  | (?P<iri>      <[^<>"{}|^`\\\x00-\x20]*> )
  | (?P<variable> [?$]\w+ | @[A-Za-z]+ )
  | (?P<word>     (?=[\w.\-:]) (?P<plain> [\w.\-]*+ ) (?: : (?: [\w\-:%]|\\. )*+ )? )
  | (?P<other>    . )
    """,
    re.VERBOSE | re.DOTALL,
)


def check_query(query: str) -> None:
    """Refuse a query that could make the engine connect to another host.

    Raises:
        QueryRefused: it uses SERVICE, or is longer than `MAX_LENGTH` characters.
    """
    if len(query) > MAX_LENGTH:
        raise QueryRefused(f"the query has {len(query):,} characters; at most {MAX_LENGTH:,} are read")
    if uses_service(query):
        raise QueryRefused(
            "SERVICE is refused: this endpoint asks no other; send each endpoint its own query and join the answers"
        )


def uses_service(query: str) -> bool:
    r"""Whether an engine could read a SERVICE pattern in the text. When unsure: yes.

    Engines differ in whether `\u0053` is read as `S` before all else (SPARQL 1.1 Query 19.2) or only in strings and
    IRIs; a character that is escaped can open or close a string in the one reading only. So both are looked at.
    """
    return any(_reads_service(text) for text in {query, _ESCAPE.sub(_character, query)})


def _reads_service(text: str) -> bool:
    if "service" not in text.lower():
        return False
    for token in _TOKEN.finditer(text):
        kind, part = token.lastgroup, token.group()
        if kind == "iri" and _may_be_comparison(part):
            return True  # `?a<?b)SERVICE#x>` is a comparison to the engine, and what follows may not be what it seems
        if kind == "other" and part in "\"'":
            return True  # an open string: the engine will refuse it, or reads it otherwise than we do
        if kind == "word" and "service" in token["plain"].lower():
            return True  # also in the midst of it: `1.5SERVICE:x` is a number, a keyword and a name
    return False


_ABSOLUTE = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]*://")


def _may_be_comparison(part: str) -> bool:
    """Whether what looks like an IRI could be a less-than sign and more, with something hidden in it or behind it.

    No expression has `://`. Anything else may be one, and in it a keyword, or a number sign that opens a comment to
    the engine; an apostrophe would open a string.
    """
    if "'" in part:
        return True
    return not _ABSOLUTE.match(part) and ("#" in part or "service" in part.lower())


def _character(escape: re.Match[str]) -> str:
    code = int(escape[1] or escape[2], 16)
    return chr(code) if code <= 0x10FFFF else ""
