"""SPARQL over a snapshot: values and finished bytes out, nothing live.

A live result belongs to the thread that made it (iterating it elsewhere ends the process), so nothing here returns
one: our own questions give rows of plain terms, a stranger's query gives bytes that Oxigraph has serialized.
"""

from __future__ import annotations

import io
import re
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import pyoxigraph as ox

from graph import snapshot, syntax, xml
from graph.adjacency.reader import Adjacency
from graph.errors import (
    DamagedSnapshot,
    GraphError,
    QueryOutOfMemory,
    QuerySyntaxError,
    QueryTooLarge,
    WrongForm,
)
from graph.guard import check_query
from graph.jsonld import compacted
from graph.lists import Lists
from graph.queries import question_text
from graph.snapshot import Snapshot
from ontology.terms import PREFIXES

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Row = dict[str, Term | None]

SELECT, ASK, CONSTRUCT = "SELECT", "ASK", "CONSTRUCT"
RESULT_FORMATS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
RDF_FORMATS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "text/n3": ox.RdfFormat.N3,
    "application/n-quads": ox.RdfFormat.N_QUADS,
    "application/trig": ox.RdfFormat.TRIG,
}


@dataclass(frozen=True)
class Answer:
    """A query's finished answer."""

    form: str  # SELECT, ASK or CONSTRUCT (which DESCRIBE counts as)
    media_type: str
    body: bytes

    @property
    def is_empty(self) -> bool:
        """Whether a SELECT gave no row, an ASK says no, or a CONSTRUCT or DESCRIBE gave no triple."""
        if self.form == CONSTRUCT:
            return self.body == _no_triples(self.media_type)
        if self.media_type in ("text/csv", "text/tab-separated-values"):
            return self.form == SELECT and self.body.find(b"\n") in (-1, len(self.body) - 1)
        body = self.body[-100:].rstrip()
        if self.media_type == "application/sparql-results+json":
            return body.endswith((b'"bindings":[]}}', b'"boolean":false}'))
        if self.media_type == "application/sparql-results+xml":
            return body.endswith((b"<results></results></sparql>", b"<boolean>false</boolean></sparql>"))
        return False


@dataclass(frozen=True)
class Dataset:
    """The protocol's dataset parameters; None where the request has none (SPARQL 1.1 Protocol 2.1.4).

    Given, they override FROM and FROM NAMED; a graph that is unknown counts as empty.
    """

    default: tuple[str, ...] | None = None
    named: tuple[str, ...] | None = None


AT_HAND, FEW = 5000, 100
"""Of so many nodes the triples are kept at hand, where a node has so few of them."""


class Store:
    """A snapshot, open for reading. Usable from several threads; a context manager.

    Raises:
        NoSnapshot: it was pruned a moment ago.
        DamagedSnapshot: it cannot be opened; later, too, where what a question reads is damaged.
    """

    def __init__(self, built: Snapshot) -> None:
        self.snapshot = built
        with ExitStack() as opened:
            opened.enter_context(snapshot.in_use(built))
            with damage_told(built):
                self._store = ox.Store.read_only(str(built.store))
            self._stack = opened.pop_all()
        # nothing changes in a snapshot, and a page names its documents, claimants and units many times
        self._at_hand: dict[str, list[ox.Triple]] = {}

    @cached_property
    def adjacency(self) -> Adjacency:
        """Who is joined to whom, laid out for lists and pictures; opened when it is first asked for.

        Raises:
            DamagedSnapshot: the snapshot has none that this version reads.
        """
        found = Adjacency(self.snapshot.adjacency)
        self._stack.callback(found.close)
        return found

    @cached_property
    def lists(self) -> Lists:
        """The order of the lists that pages show a piece of; opened when it is first asked for.

        Raises:
            DamagedSnapshot: the snapshot has none that this version reads.
        """
        found = Lists(self.snapshot.lists)
        self._stack.callback(found.close)
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the snapshot, so that it may be pruned."""
        self._stack.close()

    def __len__(self) -> int:
        """The number of triples, in all graphs."""
        return int(self.snapshot.manifest["triples"])

    # --- our own questions

    def rows(self, question: str, **bound: str | Term) -> list[Row]:
        """Answer one of our SELECT questions (graph/queries/<question>.rq).

        Args:
            question: the file's name without its ending.
            **bound: values for variables of the query; a text is an IRI. A bound variable stands in the projection.

        Returns:
            A row a solution; None where a variable is unbound. A blank node, from a user's own RDF, has no name to
            show or to ask for: a row with one is left out.
        """
        with damage_told(self.snapshot):
            rows = _rows(self._ask(question, bound))
        return [row for row in rows if not any(isinstance(term, ox.BlankNode) for term in row.values())]

    def triples(self, question: str, **bound: str | Term) -> list[ox.Triple]:
        """Answer one of our CONSTRUCT questions; see `rows`."""
        with damage_told(self.snapshot):
            return _triples(self._ask(question, bound))

    def about(self, iri: str) -> list[ox.Triple]:
        """Every triple whose subject is an IRI, in all graphs, in a fixed order."""
        found = self._at_hand.get(iri)
        if found is None:
            found = sorted({quad.triple for quad in self._quads(ox.NamedNode(iri), None, None)}, key=str)
            if len(found) <= FEW:
                if len(self._at_hand) >= AT_HAND:
                    self._at_hand.clear()
                self._at_hand[iri] = found
        return list(found)

    def objects(self, subject: str, predicate: str) -> list[Term]:
        """What a property of a thing leads to, in all graphs, in a fixed order."""
        pattern = self._quads(ox.NamedNode(subject), ox.NamedNode(predicate), None)
        return sorted({quad.object for quad in pattern}, key=str)

    def subjects(self, predicate: str, value: str) -> list[str]:
        """Every IRI that a property leads from to this one, in all graphs, in a fixed order."""
        pattern = self._quads(None, ox.NamedNode(predicate), ox.NamedNode(value))
        return sorted({quad.subject.value for quad in pattern if isinstance(quad.subject, ox.NamedNode)})

    def leads_to(self, predicate: str, value: str) -> bool:
        """Whether a property leads from anything to this IRI."""
        pattern = self._quads(None, ox.NamedNode(predicate), ox.NamedNode(value))
        return next(pattern, None) is not None

    def knows(self, iri: str) -> bool:
        """Whether anything is said about an IRI, or with it as object."""
        if not is_iri(iri):
            return False
        node = ox.NamedNode(iri)
        for pattern in ((node, None, None), (None, None, node)):
            if next(self._quads(*pattern), None) is not None:
                return True
        return False

    def _quads(
        self, subject: ox.NamedNode | None, predicate: ox.NamedNode | None, value: ox.NamedNode | None
    ) -> Iterator[ox.Quad]:
        try:  # a context manager would double the time of a look-up, of which a page makes thousands
            yield from self._store.quads_for_pattern(subject, predicate, value)
        except (RuntimeError, OSError) as error:
            _raise_damage(self.snapshot, error)
            raise

    def _ask(
        self, question: str, bound: Mapping[str, str | Term]
    ) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        values = {
            ox.Variable(name): ox.NamedNode(value) if isinstance(value, str) else value for name, value in bound.items()
        }
        return self._store.query(question_text(question), prefixes=PREFIXES, substitutions=values)

    # --- strangers' queries

    def answer(
        self,
        query: str,
        formats: Sequence[str],
        dataset: Dataset = Dataset(),
        limit: int | None = None,
        base: str | None = None,
    ) -> Answer:
        """Evaluate a stranger's query and serialize its answer.

        No deadline: run it in a process that can be killed (api.workers).

        Args:
            query: SPARQL 1.1 text; our prefixes need not be declared.
            formats: media types from best to worst; the first that fits the query's form is used.
            dataset: the protocol's dataset parameters.
            limit: bytes at most; None for no limit.
            base: what relative IRIs are resolved against; without it they are wrong.

        Raises:
            QuerySyntaxError: it does not parse.
            QueryRefused: it would fetch something, or change the graph.
            QueryTooLarge: the answer is longer than the limit.
            NotInThisFormat: the answer has a character that XML cannot hold.
            WrongForm: none of the formats fits the query's form.
        """
        check_query(query)
        result = self._evaluate(query, dataset, base)
        form = form_of(result)
        media_type = next((name for name in formats if name in formats_for(form)), None)
        # an error keeps the frames that it passed, so no live result may stand in them
        output = _Bounded(limit)
        error: Exception | None = None
        try:
            if media_type is None:
                error = _unfit(form, formats)
            elif isinstance(result, ox.QueryTriples):
                write_triples(result, output, RDF_FORMATS[media_type])
            else:
                result.serialize(output, format=RESULT_FORMATS[media_type])
        except _TooLarge:
            error = QueryTooLarge(limit or 0)
        except MemoryError:
            error = QueryOutOfMemory(0)
        except (RuntimeError, OSError, ValueError) as refusal:  # such as RDF 1.2 in a format that has none
            error = self._refused(refusal)
        del result
        if media_type is None or error is not None:
            raise error or _unfit(form, formats)
        body = output.getvalue()
        return Answer(form, media_type, xml.well_formed(body) if media_type in xml.MEDIA_TYPES else body)

    def check(self, query: str, base: str | None = None) -> None:
        """Whether the engine takes a query; nothing of it is evaluated.

        Raises:
            QuerySyntaxError: it does not parse.
        """
        self._evaluate(query, Dataset((), ()), base)

    def holds(self, query: str, dataset: Dataset = Dataset()) -> bool:
        """The answer to an ASK query.

        Raises:
            QuerySyntaxError: it does not parse.
            QueryRefused: it would fetch something, or change the graph.
            WrongForm: it is no ASK.
        """
        check_query(query)
        result = self._evaluate(query, dataset)
        if not isinstance(result, ox.QueryBoolean):
            form = form_of(result)
            del result  # an error keeps the frames that it passed
            raise _misplaced(form, "yes or no")
        return bool(result)

    def select(self, query: str, dataset: Dataset = Dataset()) -> list[Row]:
        """Rows of a SELECT query, for scripts and notebooks; our prefixes need not be declared.

        Raises:
            QuerySyntaxError: it does not parse.
            QueryRefused: it would fetch something, or change the graph.
            WrongForm: it is no SELECT.
        """
        check_query(query)
        result = self._evaluate(query, dataset)
        if not isinstance(result, ox.QuerySolutions):
            form = form_of(result)
            del result  # an error keeps the frames that it passed
            raise _misplaced(form, "rows")
        with damage_told(self.snapshot):
            return _rows(result)

    def _evaluate(
        self, query: str, dataset: Dataset, base: str | None = None
    ) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        options: dict[str, Any] = {"base_iri": base}
        if dataset.default is not None or dataset.named is not None:
            options |= {
                "default_graph": [ox.NamedNode(iri) for iri in dataset.default or ()],
                "named_graphs": [ox.NamedNode(iri) for iri in dataset.named or ()],
            }
        try:
            return self._store.query(query, prefixes=_prefixes_in(query), **options)
        except SyntaxError as error:
            raise syntax.explained(str(error.msg), query) from None
        except MemoryError:
            raise QueryOutOfMemory(0) from None
        except (RuntimeError, OSError, ValueError) as error:  # such as a function that the engine does not know
            raise self._refused(error) from None

    def _refused(self, error: Exception) -> GraphError:
        if _tells_of_damage(error):
            return _damaged(self.snapshot, error)
        return QuerySyntaxError(f"the engine cannot answer this query: {error}")


@contextmanager
def damage_told(built: Snapshot) -> Iterator[None]:
    """Turn what the engine raises about the files of a snapshot's store into an error that names them.

    Raises:
        DamagedSnapshot: a file is missing, or its checksums do not fit.
    """
    try:
        yield
    except (RuntimeError, OSError) as error:
        _raise_damage(built, error)
        raise


def _raise_damage(built: Snapshot, error: Exception) -> None:
    traceback.clear_frames(error.__traceback__)  # no live result may stand in the frames that an error passed
    if _tells_of_damage(error):
        raise _damaged(built, error) from None


def _rows(result: object) -> list[Row]:
    assert isinstance(result, ox.QuerySolutions)
    names = [variable.value for variable in result.variables]
    return [dict(zip(names, row, strict=True)) for row in result]


def _triples(result: object) -> list[ox.Triple]:
    assert isinstance(result, ox.QueryTriples)
    return list(result)


def _tells_of_damage(error: Exception) -> bool:
    return isinstance(error, RuntimeError | OSError) and str(error).startswith(("Corruption", "IO error"))


def _damaged(built: Snapshot, error: Exception) -> DamagedSnapshot:
    """RocksDB's message names the file, and much that is of no use."""
    found = re.search(rf"{re.escape(str(built.store))}/([\w.-]+)", str(error))
    file = f"{built.store.name}/{found[1]}" if found else built.store.name
    return DamagedSnapshot(built.path, file, f"cannot be read ({str(error).split(':')[0].lower()})")


def _prefixes_in(query: str) -> dict[str, str]:
    """Those of our prefixes that a query can use: the engine reads each IRI anew for every query."""
    if "\\" in query:  # a name may be written in escapes
        return PREFIXES
    return {name: iri for name, iri in PREFIXES.items() if f"{name}:" in query}


def form_of(result: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples) -> str:
    """Which kind of answer a query gives: SELECT, ASK or CONSTRUCT."""
    return {ox.QuerySolutions: SELECT, ox.QueryBoolean: ASK, ox.QueryTriples: CONSTRUCT}[type(result)]


_CALLS = {
    SELECT: "a SELECT, whose rows `select(query)` gives",
    ASK: "an ASK, which `holds(query)` answers with yes or no",
    CONSTRUCT: "a CONSTRUCT or DESCRIBE, whose triples `answer(query, ['text/turtle'])` gives",
}


def _misplaced(form: str, wanted: str) -> WrongForm:
    return WrongForm(form, f"the query does not give {wanted}: it is {_CALLS[form]}")


def _unfit(form: str, formats: Sequence[str]) -> WrongForm:
    name = "CONSTRUCT or DESCRIBE" if form == CONSTRUCT else form
    return WrongForm(form, f"{name} is not answered as {', '.join(formats)}; take {', '.join(formats_for(form))}")


def formats_for(form: str) -> tuple[str, ...]:
    """The media types in which a form of query can be answered, the default first."""
    if form == CONSTRUCT:
        return ("text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json", "text/n3")
    if form == ASK:
        return ("application/sparql-results+json", "application/sparql-results+xml")
    return tuple(RESULT_FORMATS)


def serialized(triples: Iterable[ox.Triple], media_type: str) -> bytes:
    """Triples as bytes in an RDF format; JSON-LD with a context of our prefixes.

    Raises:
        NotInThisFormat: they have a character that XML cannot hold, and XML was asked for.
    """
    if media_type == "application/ld+json":
        return compacted(triples)
    output = io.BytesIO()
    write_triples(triples, output, RDF_FORMATS[media_type])
    body = output.getvalue()
    return xml.well_formed(body) if media_type in xml.MEDIA_TYPES else body


@cache
def _no_triples(media_type: str) -> bytes:
    output = io.BytesIO()
    write_triples((), output, RDF_FORMATS[media_type])
    return output.getvalue()


def write_triples(triples: Iterable[ox.Triple] | Iterable[ox.Quad], output: IO[bytes], form: ox.RdfFormat) -> None:
    """Write triples or quads with our prefixes, which stand in order (the engine writes them in any)."""
    ordered = _PrefixesInOrder(output)
    ox.serialize(triples, ordered, form, prefixes=None if form in _WITHOUT_PREFIXES else PREFIXES)  # type: ignore[arg-type]
    ordered.finish()


_WITHOUT_PREFIXES = (ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS, ox.RdfFormat.JSON_LD)


class _PrefixesInOrder:
    """A file that sorts the `@prefix` lines at the beginning of what is written to it."""

    def __init__(self, output: IO[bytes]) -> None:
        self._output = output
        self._head: bytes | None = b""

    def write(self, data: bytes) -> int:
        if self._head is None:
            self._output.write(data)
            return len(data)
        self._head += data
        *whole, _ = self._head.split(b"\n")
        if any(not line.startswith(b"@prefix ") for line in whole):
            self.finish()
        return len(data)

    def finish(self) -> None:
        if self._head:
            lines = self._head.split(b"\n")
            end = next((n for n, line in enumerate(lines) if not line.startswith(b"@prefix ")), len(lines))
            self._output.write(b"\n".join([*sorted(lines[:end]), *lines[end:]]))
        self._head = None

    def flush(self) -> None:
        self._output.flush()


class _TooLarge(Exception):
    """Raised out of `write`: Oxigraph then ends the evaluation at once."""


class _Bounded(io.BytesIO):
    """Bytes in memory up to a limit."""

    def __init__(self, limit: int | None) -> None:
        super().__init__()
        self._left = limit

    def write(self, data: Any) -> int:
        if self._left is not None:
            self._left -= len(data)
            if self._left < 0:
                raise _TooLarge
        return super().write(data)


def text_of(term: Term | None) -> str:
    """What a row holds, as plain text: an IRI, or a literal's lexical form; empty for what is unbound."""
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else ""


def is_iri(text: str) -> bool:
    """Whether a text is an absolute IRI, to the engine."""
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True


def open_store(folder: Path | None = None) -> Store:
    """The current snapshot of a folder of snapshots (see `graph.snapshot.default_folder`), checked.

    Raises:
        NoSnapshot: none is built there yet.
        DamagedSnapshot: a file is missing or changed, as far as that is soon found out.
    """
    built = snapshot.current(folder or snapshot.default_folder())
    snapshot.check(built)
    return Store(built)
