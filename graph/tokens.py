"""Where SPARQL's strings, IRIs and less-than signs begin and end, as Oxigraph's grammar has them.

Three readers cut a query into tokens: the guard (graph/guard.py), the reader of its parts (graph/reading.py) and what
explains a syntax error (graph/syntax.py). Each has words of its own; what all of them must cut alike stands here.

`<` is an operator only where the innermost open bracket is `(` and an operand stands before it: SPARQL has its
expressions between round brackets alone. Anywhere else `<...>` is an IRI. In between, as in `(?a <urn:b>)`, which is a
row of VALUES, it depends on what stands between the signs (`compares`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# An escape that Oxigraph does not know ends a long string in the midst: of `'''a' \q` it makes `''` and `'a'`.
_CODE_POINT = r"\\u(?![dD][89a-fA-F])[0-9A-Fa-f]{4} | \\U00(?:0[0-9A-Fa-f]|10)(?!(?<=00)[dD][89a-fA-F])[0-9A-Fa-f]{4}"
_ESCAPED = rf"\\[tbnrf\"'\\] | {_CODE_POINT}"
COMMENT = r"\#[^\n\r]*"
STRING = rf"""
    \"{{3}}(?:"{{0,2}}(?:[^"\\]|{_ESCAPED}))*+\"{{3}} | '{{3}}(?:'{{0,2}}(?:[^'\\]|{_ESCAPED}))*+'{{3}}
  | "(?:[^"\\\n\r]|{_ESCAPED})*+" | '(?:[^'\\\n\r]|{_ESCAPED})*+'
"""
IRI = rf"""<(?:[^<>"{{}}|^`\\\x00-\x20]|{_CODE_POINT})*+>"""
"""The three as patterns for `re.VERBOSE`."""

CLOSERS = {"(": ")", "[": "]", "{": "}"}
_ABSOLUTE = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]*://")
_BEFORE_AN_OPERAND = frozenset(("(", "[", "{", ",", ";", "=", "!", "<", "+", "-", "*", "/", "|", "^")) | {
    "&", "&&", "||", "!=", "<=", ">=", "^^", "<<",
}  # fmt: skip


class Context:
    """Where a scan of a query is: which brackets are open there, and whether an operand stands before.

    Attributes:
        open: the brackets that are open, the innermost last.
        balanced: whether each bracket that was closed had been opened.
    """

    def __init__(self) -> None:
        self.open: list[str] = []
        self.balanced = True
        self._operand = False

    @property
    def may_compare(self) -> bool:
        """Whether a `<` that comes now may be an operator."""
        return self._operand and self.open[-1:] == ["("]

    def past(self, part: str, *, is_sign: bool) -> None:
        """Go past a token that is neither blank nor a comment."""
        if is_sign and part in CLOSERS:
            self.open.append(part)
        elif is_sign and part in ")]}":
            if self.open and CLOSERS[self.open[-1]] == part:
                self.open.pop()
            else:
                self.balanced = False
        self._operand = not (is_sign and part in _BEFORE_AN_OPERAND)


def is_absolute(iri: str) -> bool:
    """Whether `<...>` can only be an IRI, wherever it stands: no expression has `://`."""
    return bool(_ABSOLUTE.match(iri))


def compares(iri: str) -> bool:
    """Whether `<...>` is a less-than sign, an expression and a greater-than sign, where an operator may stand.

    `a < b > c` is no SPARQL: between the two signs a bracket closes or opens, or another expression begins.

    >>> compares("<?b&&?c>"), compares("<urn:b>"), compares("<http://example.org/a,b>")
    (True, False, False)
    """
    return not is_absolute(iri) and bool(re.search(r"[&(),;]", iri))


def cut(pattern: re.Pattern[str], text: str) -> Iterator[tuple[str, str, int]]:
    """A query as tokens: each one's kind, itself, and where it begins.

    Args:
        pattern: what tokens are, and matches any character; its groups are the kinds. `blank` is what parts tokens,
            `iri` is `<...>`, which is given as the sign `<` where it is none, and `sign` is what is no name or term.
        text: the query.
    """
    context = Context()
    at = 0
    while found := pattern.match(text, at):
        kind, token = found.lastgroup or "", found.group()
        if kind == "iri" and context.may_compare and compares(token):
            kind, token = "sign", "<"
        if kind != "blank":
            context.past(token, is_sign=kind == "sign")
        yield kind, token, at
        at += len(token)
