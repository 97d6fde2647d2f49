"""A stranger's query as its parts, each with its own text: what an explanation drops, asks alone, and names by line.

This is no SPARQL parser: the engine has read the query before, so only the structure of its groups is looked for, and
every part is a piece of the text that came. So a part that is put back is the very same part, and a person sees what he
wrote (an algebra, such as rdflib's, has neither prefixes nor lines, and cannot be written back). What this reader does
not know is `NotReadable`, and then nothing is said about the query.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from graph.tokens import CLOSERS, COMMENT, IRI, STRING, cut
from ontology.terms import PREFIXES, expand

_TOKEN = re.compile(
    rf"""
    (?P<blank>    [ \t\r\n]+ | {COMMENT} )
  | (?P<string>   {STRING} )
  | (?P<iri>      {IRI} )
  | (?P<variable> [?$]\w+ )
  | (?P<tag>      @[A-Za-z]+(?:-[A-Za-z0-9]+)* )
  | (?P<name>     (?:[^\W\d][\w.\-]*)?:(?:[\w\-:%]|\\.|\.+(?=[\w\-:%\\]))* )
  | (?P<number>   [0-9]*\.[0-9]+(?:[eE][+-]?[0-9]+)? | [0-9]+(?:\.[0-9]*)?[eE][+-]?[0-9]+ | [0-9]+ )
  | (?P<word>     [A-Za-z]\w* )
  | (?P<sign>     \^\^ | \|\| | && | != | <= | >= | << | >> | . )
    """,
    re.VERBOSE | re.DOTALL,
)
_MODIFIERS = ("group", "having", "order", "limit", "offset", "values")
_AGGREGATES = frozenset({"count", "sum", "min", "max", "avg", "sample", "group_concat"})
_HIDDEN = re.compile(r"\?_anonymous\d+")
_LABELLED = re.compile(r"\?_labelled_")


class NotReadable(Exception):
    """The query has a form that this reader does not know."""


@dataclass(frozen=True)
class Pattern:
    """A triple pattern or a property path; `line` is that of its predicate."""

    subject: str
    predicate: str
    object: str
    line: int

    @property
    def text(self) -> str:
        """As SPARQL; a blank node is a variable, which is the same in a pattern."""
        return f"{self.subject} {self.predicate} {self.object}"


@dataclass(frozen=True)
class Condition:
    """A FILTER, with what it looks into by EXISTS in its text."""

    text: str
    line: int


@dataclass(frozen=True)
class Binding:
    """A BIND."""

    text: str
    line: int


@dataclass(frozen=True)
class Table:
    """VALUES: inline data."""

    text: str
    line: int
    rows: int


@dataclass(frozen=True)
class Group:
    """What stands between braces."""

    parts: tuple[Part, ...]
    line: int

    @property
    def text(self) -> str:
        """As SPARQL, with its braces."""
        return "{ " + written(self.parts) + " }"


@dataclass(frozen=True)
class Optional:
    """OPTIONAL { ... }."""

    group: Group

    @property
    def line(self) -> int:
        """Where it begins."""
        return self.group.line

    @property
    def text(self) -> str:
        """As SPARQL."""
        return f"OPTIONAL {self.group.text}"


@dataclass(frozen=True)
class Minus:
    """MINUS { ... }."""

    group: Group

    @property
    def line(self) -> int:
        """Where it begins."""
        return self.group.line

    @property
    def text(self) -> str:
        """As SPARQL."""
        return f"MINUS {self.group.text}"


@dataclass(frozen=True)
class Graph:
    """GRAPH name { ... }."""

    name: str
    group: Group

    @property
    def line(self) -> int:
        """Where it begins."""
        return self.group.line

    @property
    def text(self) -> str:
        """As SPARQL."""
        return f"GRAPH {self.name} {self.group.text}"


@dataclass(frozen=True)
class Union:
    """{ ... } UNION { ... }."""

    branches: tuple[Group, ...]

    @property
    def line(self) -> int:
        """Where it begins."""
        return self.branches[0].line

    @property
    def text(self) -> str:
        """As SPARQL."""
        return " UNION ".join(branch.text for branch in self.branches)


@dataclass(frozen=True)
class Subquery:
    """{ SELECT ... }."""

    query: Query
    text: str
    line: int


Part: TypeAlias = Pattern | Condition | Binding | Table | Group | Optional | Minus | Graph | Union | Subquery


@dataclass(frozen=True)
class Query:
    """A query: `prologue` are its PREFIX and BASE lines, `dataset` its FROM clauses, `head` what it selects."""

    form: str  # select, ask, construct or describe
    prologue: str
    head: str
    dataset: str
    where: Group
    modifiers: str
    prefixes: Mapping[str, str] = field(default_factory=dict)

    def asks(self, parts: Iterable[Part]) -> str:
        """A query that asks whether some of its parts have a solution together."""
        return f"{self.prologue}ASK {self.dataset} {{ {written(parts)} }}"

    def selects(self, variables: Iterable[str], parts: Iterable[Part], most: int) -> str:
        """A query for values of variables in some of its parts."""
        head = " ".join(variables)
        return f"{self.prologue}SELECT DISTINCT {head} {self.dataset} {{ {written(parts)} }} LIMIT {most}"

    def counts(self, parts: Iterable[Part], most: int) -> str:
        """A query that counts the solutions of some of its parts, up to a number."""
        inner = f"{{ SELECT * {{ {written(parts)} }} LIMIT {most} }}"
        return f"{self.prologue}SELECT (COUNT(*) AS ?n) {self.dataset} {{ {inner} }}"

    def iri(self, name: str) -> str | None:
        """What a name in the query stands for; None for what is no IRI, or a relative one."""
        if name == "a":
            return expand("rdf:type")
        if name.startswith("<"):
            return name[1:-1] if ":" in name else None
        prefix, colon, local = name.partition(":")
        if not colon or prefix not in self.prefixes:
            return None
        return self.prefixes[prefix] + re.sub(r"\\(.)", r"\1", local)

    @property
    def aggregates(self) -> bool:
        """Whether its rows are groups."""
        words = {token.text.lower() for token in _tokens(self.head) if token.kind == "word"}
        return bool(words & _AGGREGATES) or self.modifier("group") is not None

    @property
    def limit(self) -> int | None:
        """Its LIMIT."""
        given = self.modifier("limit")
        return int(given) if given and given.isdigit() else None

    @property
    def stops_early(self) -> bool:
        """Whether the engine may end with the first rows that it finds."""
        if self.form == "ask":
            return True
        words = {token.text.lower() for token in _tokens(self.head) if token.kind == "word"}
        return self.limit is not None and not (
            self.aggregates or self.modifier("order") is not None or words & {"distinct", "reduced"}
        )

    def modifier(self, name: str) -> str | None:
        """The word that follows a solution modifier such as LIMIT; None where it is not there."""
        words = [token.text for token in _tokens(self.modifiers)]
        return next((words[n + 1] for n, word in enumerate(words[:-1]) if word.lower() == name), None)


def written(parts: Iterable[Part]) -> str:
    """Parts as SPARQL, in their order."""
    return "\n".join(part.text + (" ." if isinstance(part, Pattern) else "") for part in parts)


def one_line(part: Part) -> str:
    """A part as a person wrote it, on one line."""
    return " ".join(_LABELLED.sub("_:", _HIDDEN.sub("[]", part.text)).split())


def variables(part: Part) -> frozenset[str]:
    """The variables that a part names, such as `?x`; of a subquery those that it gives."""
    if isinstance(part, Subquery):
        head = frozenset(token.text for token in _tokens(part.query.head) if token.kind == "variable")
        if "*" not in part.query.head.replace("(*)", ""):
            return _same(head)
        return frozenset().union(*map(variables, part.query.where.parts))
    return _same(token.text for token in _tokens(part.text) if token.kind == "variable")


def iris(text: str) -> list[str]:
    """The IRIs, prefixed names and `a` in a piece of a query, as written, in order."""
    return [token.text for token in _tokens(text) if token.kind in ("iri", "name") or token.text == "a"]


def literals(text: str) -> list[str]:
    """The quoted texts in a piece of a query, as written, without language or type."""
    return [token.text for token in _tokens(text) if token.kind == "string"]


def patterns(group: Group) -> Iterator[Pattern]:
    """Every triple pattern in a group, also deeper down."""
    for part in group.parts:
        if isinstance(part, Pattern):
            yield part
        elif isinstance(part, Group):
            yield from patterns(part)
        elif isinstance(part, Optional | Minus | Graph):
            yield from patterns(part.group)
        elif isinstance(part, Union):
            for branch in part.branches:
                yield from patterns(branch)
        elif isinstance(part, Subquery):
            yield from patterns(part.query.where)


def read(query: str) -> Query:
    """The parts of a query that the engine takes.

    Raises:
        NotReadable: it has a form that is not known here.
    """
    reader = _Reader(query)
    found = reader.query()
    if not reader.ended:
        raise NotReadable(f"what follows `{reader.here.text}` is not known")
    return found


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


_END = _Token("end", "", 0, 0)


def _tokens(text: str) -> list[_Token]:
    return [_Token(kind, token, at, at + len(token)) for kind, token, at in cut(_TOKEN, text) if kind != "blank"]


def _same(names: Iterable[str]) -> frozenset[str]:
    return frozenset("?" + name[1:] for name in names)


class _Reader:
    """Reads from the first token to the last; each method takes what its name says."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = _tokens(text)
        self._at = 0
        self._anonymous = 0
        self._prefixes = dict(PREFIXES)
        self._lines = [0, *(found.end() for found in re.finditer("\n", text))]

    @property
    def here(self) -> _Token:
        return self._tokens[self._at] if self._at < len(self._tokens) else _END

    @property
    def ended(self) -> bool:
        return self._at >= len(self._tokens)

    def _word(self) -> str:
        return self.here.text.lower() if self.here.kind == "word" else ""

    def _take(self, text: str | None = None) -> _Token:
        token = self.here
        if token is _END or (text is not None and token.text != text):
            raise NotReadable(f"`{text or 'more'}` is expected at `{token.text}`")
        self._at += 1
        return token

    def _line(self, token: _Token) -> int:
        return sum(1 for start in self._lines if start <= token.start)

    def _slice(self, start: int) -> str:
        """The text from the token at a place up to here."""
        if start == self._at:
            return ""
        return self._text[self._tokens[start].start : self._tokens[self._at - 1].end]

    def _balanced(self) -> str:
        """From an opening bracket to the one that closes it."""
        start, waiting = self._at, []
        while True:
            token = self._take()
            if token.kind != "sign":
                continue
            if token.text in CLOSERS:
                waiting.append(CLOSERS[token.text])
            elif token.text in ")]}":
                if not waiting or waiting.pop() != token.text:
                    raise NotReadable(f"`{token.text}` closes nothing")
                if not waiting:
                    return self._slice(start)

    def query(self) -> Query:
        start = self._at
        while self._word() in ("prefix", "base"):
            if self._word() == "prefix":
                self._take()
                name = self._take().text
                self._prefixes[name[:-1]] = self._take().text[1:-1]
            else:
                self._take()
                self._take()
        prologue = self._slice(start) + "\n"
        form = self._word()
        if form not in ("select", "ask", "construct", "describe"):
            raise NotReadable(f"`{self.here.text}` begins no query")
        self._take()
        start = self._at
        if form == "construct" and self.here.text == "{":
            self._balanced()
        while not (self.ended or self.here.text in ("{", "}") or self._word() in ("where", "from", *_MODIFIERS)):
            if self.here.text == "(":
                self._balanced()
            else:
                self._take()
        head, start = self._slice(start), self._at
        while self._word() == "from":
            self._take()
            if self._word() == "named":
                self._take()
            self._take()
        dataset = self._slice(start)
        if self._word() == "where":
            self._take()
        where = self.group() if self.here.text == "{" else Group((), 1)
        start = self._at
        while not (self.ended or self.here.text == "}"):
            if self.here.text in "({":
                self._balanced()
            else:
                self._take()
        return Query(form, prologue, head, dataset, where, self._slice(start), self._prefixes)

    def group(self) -> Group:
        start, line = self._at, self._line(self._take("{"))
        parts: list[Part] = []
        if self._word() == "select":
            inner = self.query()
            self._take("}")
            return Group((Subquery(inner, self._slice(start), line),), line)
        while self.here.text != "}":
            parts += self.part()
        self._take("}")
        return Group(tuple(parts), line)

    def part(self) -> list[Part]:
        word, token = self._word(), self.here
        if token.text == ".":
            self._take()
            return []
        if token.text == "{":
            return [self.groups()]
        if word == "optional":
            self._take()
            return [Optional(self.group())]
        if word == "minus":
            self._take()
            return [Minus(self.group())]
        if word == "graph":
            self._take()
            name = self._take().text
            return [Graph(name, self.group())]
        if word == "filter":
            return [self.condition()]
        if word == "bind":
            self._take()
            return [Binding("BIND " + self._balanced(), self._line(token))]
        if word == "values":
            return [self.table()]
        return list(self.triples())

    def groups(self) -> Part:
        first = self.group()
        if self._word() != "union":
            alone = first.parts[0] if len(first.parts) == 1 else None
            return alone if isinstance(alone, Subquery) else first
        branches = [first]
        while self._word() == "union":
            self._take()
            other = self.groups()
            if isinstance(other, Union):
                branches += other.branches
            else:
                branches.append(other if isinstance(other, Group) else Group((other,), other.line))
        return Union(tuple(branches))

    def condition(self) -> Condition:
        start, line = self._at, self._line(self._take())
        if self.here.text == "(":
            self._balanced()
        else:
            while self._word() in ("not", "exists"):
                self._take()
            if self.here.text != "{":
                if self.here.kind not in ("word", "name", "iri"):
                    raise NotReadable("a FILTER without brackets")
                if self._tokens[self._at - 1].text.lower() != "exists":
                    self._take()
            self._balanced()
        return Condition(self._slice(start), line)

    def table(self) -> Table:
        start, line = self._at, self._line(self._take())
        several = self.here.text == "("
        if several:
            self._balanced()
        else:
            self._take()
        inside = _tokens(self._balanced())[1:-1]
        rows = sum(1 for token in inside if token.text == "(") if several else len(inside)
        return Table(self._slice(start), line, rows)

    def triples(self) -> Iterator[Pattern]:
        if self.here.text == "[":
            subject, inner = self.anonymous()
            yield from inner
            if self.here.text in (".", "}"):
                return
        else:
            subject = self.term()
        yield from self.properties(subject)

    def properties(self, subject: str) -> Iterator[Pattern]:
        while True:
            line = self._line(self.here)
            predicate = self.verb()
            while True:
                inner: list[Pattern] = []
                if self.here.text == "[":
                    value, inner = self.anonymous()
                else:
                    value = self.term()
                yield Pattern(subject, predicate, value, line)
                yield from inner
                if self.here.text != ",":
                    break
                self._take()
            if self.here.text != ";":
                return
            while self.here.text == ";":
                self._take()
            if self.here.text in (".", "}", "]", ""):
                return

    def anonymous(self) -> tuple[str, list[Pattern]]:
        self._take("[")
        name = f"?_anonymous{self._anonymous}"
        self._anonymous += 1
        inner = [] if self.here.text == "]" else list(self.properties(name))
        self._take("]")
        return name, inner

    def term(self) -> str:
        token = self.here
        if token.text == "(":
            return self._balanced()
        if token.text in ("+", "-"):
            return self._take().text + self._take().text
        if token.kind == "word" and token.text.lower() not in ("true", "false"):
            raise NotReadable(f"`{token.text}` is not known here")
        if token.kind not in ("iri", "variable", "name", "string", "number", "word"):
            raise NotReadable(f"`{token.text}` is not known here")
        self._take()
        if token.text.startswith("_:"):
            return "?_labelled_" + re.sub(r"\W", "_", token.text[2:])
        if token.kind == "string":
            if self.here.kind == "tag":
                return token.text + self._take().text
            if self.here.text == "^^":
                return token.text + self._take().text + self._take().text
        return token.text

    def verb(self) -> str:
        if self.here.kind == "variable":
            return self._take().text
        start = self._at
        while True:
            while self.here.text in ("^", "!"):
                self._take()
            if self.here.text == "(":
                self._balanced()
            elif self.here.kind in ("iri", "name") or self.here.text == "a":
                self._take()
            else:
                raise NotReadable(f"`{self.here.text}` is no property")
            if self.here.text in ("*", "+", "?"):
                self._take()
            if self.here.text not in ("/", "|"):
                return self._slice(start)
            self._take()
