"""The guard both ways, on queries that a grammar makes: what could connect is refused, nothing else is.

The oracle is the engine itself, without guard and seal, and a local port that counts who knocks.
"""

from __future__ import annotations

import contextlib
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.guard import Maker
from graph.guard import uses_service

SETTINGS = settings(max_examples=300, deadline=None, derandomize=True, database=None)
STORE = ox.Store()
STORE.add(ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.Literal("o")))
HEADER = "PREFIX : <http://127.0.0.1:PORT/> PREFIX ex: <https://example.org/service/> "


def in_any_case(word: str) -> st.SearchStrategy[str]:
    return st.lists(st.booleans(), min_size=len(word), max_size=len(word)).map(
        lambda up: "".join(letter.upper() if big else letter.lower() for letter, big in zip(word, up, strict=True))
    )


# What may stand between two tokens that need nothing between them, and between two that do.
BLANK = st.sampled_from([" ", "\n", "\t", " # a comment\n", "#'\n", '#"""\n', "#\r", " #<\n"])
SPACE = BLANK | st.just("")


@st.composite
def joined(draw: st.DrawFn, *parts: str | st.SearchStrategy[str], needs: bool = True) -> str:
    text = ""
    for part in parts:
        text += (draw(BLANK if needs else SPACE) if text else "") + (part if isinstance(part, str) else draw(part))
    return text


# Where the word stands and is no keyword.
TERMS = st.sampled_from([
    "?s", "$service", "?SERVICE", "<urn:s>", "<https://example.org/service/SERVICE#service>", "ex:service",
    "ex:military-service", ":service", "'SERVICE <http://127.0.0.1:PORT/>'", '"service"', "'''SERVICE\n:u {}'''",
    '"""a "SERVICE" <u> """', "'it\\'s SERVICE :u'", '"x"@service', '"1"^^ex:service', "_:service", "1.5", "true",
    "<urn:service>", "<mailto:service@example.org>", "<urn:x#service>", "<http://127.0.0.1:PORT/o'service>",
])  # fmt: skip
TRIPLE = joined(
    st.sampled_from(["?s", "$service", "<urn:s>", "_:service"]),
    st.sampled_from(["?p", "ex:service", "<urn:service>", "a"]),
    TERMS,
)
HARMLESS = TRIPLE | st.just("") | joined("BIND(", TERMS.filter(lambda term: term[0] != "_"), in_any_case("as"), "?x1)")


def around(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """A pattern that holds another one, in each way that SPARQL has."""
    block = joined("{", inner, "}", needs=False)
    return st.one_of(
        block,
        joined(in_any_case("optional"), block, needs=False),
        joined(in_any_case("minus"), block, needs=False),
        joined("{}", in_any_case("union"), block, needs=False),
        joined("GRAPH ?g", block, needs=False),
        joined("?s ?p ?o", in_any_case("filter"), in_any_case("exists"), block),
        joined("?s ?p ?o FILTER", in_any_case("not"), "EXISTS", block),
        joined("?s ?p ?o FILTER(1 = 1 ||", in_any_case("exists"), block, ")"),
        joined("{", in_any_case("select"), "*", block, "}", needs=False).map(lambda text: text.replace("*{", "* {")),
        joined("{ SELECT (1 AS ?one)", block, "}", needs=False),
        joined("?s ?p 'SERVICE' .", block),
        joined(block, "BIND(1 AS ?service)"),
    )


SILENT = in_any_case("silent") | st.just("")
TARGET = st.sampled_from(["<http://127.0.0.1:PORT/u>", ":u", "<http://127.0.0.1:PORT/it%27s>"])
SERVICE = st.one_of(
    joined(in_any_case("service"), SILENT, TARGET, "{?a ?b ?c}"),
    joined(in_any_case("service"), TARGET, "{}", needs=False),
    st.tuples(
        st.sampled_from(["?s ?p 1.5", "?s ?p 1e5", "?s ?p true .", "BIND(1 AS ?y)"]), in_any_case("service"), TARGET
    ).map(lambda parts: "".join(parts) + "{}"),
)
FORMS = st.sampled_from(["SELECT * {%s}", "ASK{%s}", "CONSTRUCT { ?s ?p ?o } WHERE {%s}", "DESCRIBE ?s {%s}"])


def query(pattern: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(FORMS, pattern).map(lambda parts: HEADER + parts[0] % parts[1])


WITH_SERVICE = query(st.recursive(SERVICE, around, max_leaves=4))
WITHOUT = query(st.recursive(HARMLESS, around, max_leaves=4))


@dataclass
class Port:
    """A local port that counts who connects, and answers with an empty table."""

    number: int
    visits: int = 0


@pytest.fixture(scope="module")
def port() -> Iterator[Port]:
    body = b'{"head":{"vars":[]},"results":{"bindings":[]}}'
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\n"
    head += b"Connection: close\r\nContent-Length: %d\r\n\r\n"

    class Visit(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            found.visits += 1
            self.request.recv(65536)
            self.request.sendall(head % len(body) + body)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Visit) as server:
        found = Port(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield found
        server.shutdown()
        thread.join()


def knocks(text: str, port: Port) -> bool:
    """Whether the bare engine connects when it evaluates a query to its end."""
    before = port.visits
    with contextlib.suppress(SyntaxError, RuntimeError, ValueError, OSError):
        result = STORE.query(text.replace("PORT", str(port.number)))
        if not isinstance(result, ox.QueryBoolean):
            list(result)
    return port.visits > before


def parses(text: str) -> bool:
    try:
        STORE.query(text.replace("PORT", "1") + " LIMIT 0" if "ASK{" not in text else text.replace("PORT", "1"))
    except SyntaxError:
        return False
    except (RuntimeError, ValueError, OSError):
        return True
    return True


@SETTINGS
@given(text=WITH_SERVICE)
def test_a_query_with_service_is_refused_wherever_it_hides(text: str) -> None:
    assert uses_service(text.replace("PORT", "1"))


@SETTINGS
@given(text=WITHOUT)
def test_a_query_without_service_is_not_refused(text: str) -> None:
    assert not uses_service(text.replace("PORT", "1"))


@SETTINGS
@given(text=WITH_SERVICE | WITHOUT)
def test_what_the_guard_lets_through_does_not_connect(text: str, port: Port) -> None:
    if not uses_service(text.replace("PORT", str(port.number))):
        assert not knocks(text, port)


MUTATIONS = st.lists(
    st.tuples(
        st.integers(0, 400), st.sampled_from(["'", '"', "<", ">", "#", "\n", "\\", "{", "}", "\\u0027", ".", " "])
    ),
    min_size=1,
    max_size=3,
)


@SETTINGS
@given(text=WITH_SERVICE, changes=MUTATIONS)
def test_what_connects_after_a_character_is_put_in_anywhere_is_refused(
    text: str, changes: list[tuple[int, str]], port: Port
) -> None:
    for place, character in changes:
        at = len(HEADER) + place % (len(text) - len(HEADER) + 1)
        text = text[:at] + character + text[at:]
    if knocks(text, port):
        assert uses_service(text.replace("PORT", str(port.number)))


def test_nothing_connects_behind_a_trap(port: Port) -> None:
    """`bench/guard.py` asks many more, of its own port."""
    maker, connected = Maker(20261130), 0
    for number in range(1500):
        text = maker.changed(maker.query()) if number % 2 else maker.query()
        if knocks(text, port):
            connected += 1
            assert uses_service(text.replace("PORT", str(port.number))), text
    assert connected > 150


def test_the_grammar_makes_queries_that_connect_and_queries_that_parse(port: Port) -> None:
    """What is made is worth asking: else the properties above would say nothing."""
    made: dict[str, list[str]] = {"with": [], "without": []}

    @SETTINGS
    @given(one=WITH_SERVICE, other=WITHOUT)
    def collect(one: str, other: str) -> None:
        made["with"].append(one)
        made["without"].append(other)

    collect()
    assert sum(knocks(text, port) for text in made["with"]) > len(made["with"]) / 3
    assert sum(parses(text) for text in made["without"]) > len(made["without"]) * 0.7
    assert sum("service" in text.replace(HEADER, "").lower() for text in made["without"]) > 50
