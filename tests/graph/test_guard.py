"""No query of a stranger makes the engine connect: disguises of SERVICE, look-alikes, and a port that listens."""

from __future__ import annotations

import contextlib
import random
import re
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from graph import snapshot
from graph.errors import QueryError, QueryRefused, QueryTooDeep, WrongForm
from graph.guard import MAX_DEPTH, MAX_LENGTH, MAX_PARTS, check_query, uses_service
from graph.store import Store

FORMATS = ("application/sparql-results+json", "text/turtle")
# `<U>` and `:u` are where SERVICE would connect.
DISGUISES = [
    "SELECT * { SERVICE <U> { ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT <U> { ?s ?p ?o } }",
    "SELECT*{SERVICE<U>{?s ?p ?o}}",
    "SELECT*{SERVICESILENT<U>{?s ?p ?o}}",
    "SELECT*{SERVICE:u{?s ?p ?o}}",
    "SELECT*{SERVICESILENT:u{?s ?p ?o}}",
    "SELECT * { sErViCe <U> { ?s ?p ?o } }",
    "SELECT * {\tSERVICE\n<U>\r{ ?s ?p ?o } }",
    "SELECT * { SERVICE# <http://example.org/>\n<U> { ?s ?p ?o } }",
    "SELECT * { #\rSERVICE <U> { ?s ?p ?o } }",
    "SELECT * { VALUES ?u { <U> } SERVICE ?u { ?s ?p ?o } }",
    "BASE <U> SELECT * { SERVICE <> { ?s ?p ?o } }",
    "ASK { SERVICE <U> { ?s ?p ?o } }",
    "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <U> { ?s ?p ?o } }",
    "DESCRIBE ?s { SERVICE <U> { ?s ?p ?o } }",
    "SELECT * { { SELECT * { { SELECT * { SERVICE <U> { ?s ?p ?o } } } } } }",
    "SELECT * { ?s ?p ?o FILTER EXISTS { SERVICE <U> { ?s ?p ?o } } }",
    "SELECT * { ?s ?p ?o FILTER NOT EXISTS { SERVICE <U> { ?s ?p ?o } } }",
    "SELECT * { ?s ?p ?o MINUS { SERVICE <U> { ?s ?p ?o } } }",
    "SELECT * { ?s ?p ?o OPTIONAL { SERVICE <U> { ?s ?p ?o } } }",
    "SELECT * { { ?s ?p ?o } UNION { SERVICE <U> { ?s ?p ?o } } }",
    "SELECT * { GRAPH ?g { SERVICE <U> { ?s ?p ?o } } }",
    "SELECT (1 AS ?one) { SERVICE <U> {} }",
    "SELECT * { BIND(1 AS ?service)SERVICE<U>{} }",
    # right behind what ends by itself
    "SELECT * { OPTIONAL { ?s ?p 1.5SERVICE<U>{} } }",
    "SELECT * { OPTIONAL { ?s ?p 1e5SERVICE<U>{} } }",
    "SELECT * { OPTIONAL { ?s ?p 1e5SERVICE:u{} } }",
    "SELECT * { OPTIONAL { ?s ?p falseSERVICE:u{} } }",
    "SELECT * { OPTIONAL { ?s ?p 1.SERVICE<U>{} } }",
    "SELECT * { OPTIONAL { ?s ?p ()SERVICE<U>{} } }",
    "SELECT * { OPTIONAL { ?s :a.1.5SERVICE<U>{} } }",
    "SELECT * { OPTIONAL { ?s ?p 'a'@en.SERVICE<U>{} } }",
    # behind what looks like a string, a comment or an IRI
    "SELECT * { BIND(1 AS ?a) BIND(2 AS ?b) FILTER(?a<?b)SERVICE#x>\n SILENT <U> { ?s ?p ?o } }",
    'SELECT * { BIND(1 AS ?a) BIND(2 AS ?b) FILTER(?a<?b#> """\n)SERVICE SILENT <U> { ?s ?p ?o }#"""\n }',
    'PREFIX b: <http://x/> SELECT * { FILTER(true||1<b:c#> """\n)SERVICE SILENT <U> { ?s ?p ?o }#"""\n }',
    "PREFIX b: <http://x/> SELECT * { FILTER(true||1<b:c)SERVICE#x>\n SILENT <U> { ?s ?p ?o } }",
    "SELECT * { ?a ?b ?c FILTER(?a<?b||'x>'!='y') SERVICE <U> { ?s ?p ?o } }#'",
    "SELECT * { ?s ?p ?o FILTER(1<2||'>#'='') SERVICE <U> { ?s ?p ?o } }",
    'SELECT * { ?s ?p ?o FILTER(?o<"#>"||1=1) SERVICE <U> { ?s ?p ?o } }',
    "SELECT * { ?s ?p ?o FILTER(''='a') SERVICE <U> {} #'\n}",
    "SELECT * { ?s ?p ?o FILTER('''a''b'''!='') SERVICE <U> {} }",
    "SELECT * { OPTIONAL { ?s :p\\# ?o } SERVICE <U> { ?s ?p ?o } }",
    "SELECT * { OPTIONAL { ?s :p\\' ?o } SERVICE <U> { ?s ?p ?o } } #'",
    # escaped characters, whether or not an engine reads them first
    r"SELECT * { \u0053ERVICE <U> { ?s ?p ?o } }",
    r"SELECT * { SERV\U00000049CE <U> { ?s ?p ?o } }",
    r"SELECT * { ?s ?p ?o FILTER('a'!='\u0027') SERVICE <U> { ?s ?p ?o } #'" + "\n}",
    r"SELECT * { # \u000A SERVICE <U> { ?s ?p ?o }" + "\n}",
    # behind what ends otherwise than it seems: a name with a dot, a string with an escape that there is not, an escape
    r"SELECT * { OPTIONAL { ?s :a.b\' ?o } SERVICE <U> {} #'" + "\n}",
    r"SELECT * { OPTIONAL { ?s :a.\# ?o } SERVICE <U> {} }",
    "SELECT * { VALUES ?x { '''a' #\\q\n } SERVICE <U> {} #'''\n }",
    'SELECT * { VALUES ?x { """a" #\\uD800\n } SERVICE <U> {} #"""\n }',
    r"SELECT * { FILTER('\u0027' != '') OPTIONAL { ?s ?p <urn:\u0041#b> } SERVICE <U> {} #'''" + "\n }",
    # in brackets that a comparison, or a name, seems to open or close
    "SELECT * { ?a ?b ?c FILTER(?a<STR(?b>1)||1<?c)SERVICE#x>\n<U>{} }",
    r"SELECT * { FILTER(:a.b\)=1||1<?c)SERVICE#x>" + "\n<U>{} BIND(:a.b\\( AS ?x) }",
    "SELECT * { FILTER(EXISTS{}<?c)SERVICE#x>\n<U>{} }",
    "SELECT * { FILTER(<<(?s ?p ?o)>><?c)SERVICE#x>\n<U>{} }",
    # not SPARQL, but nothing that needs a second thought
    "SELECT * { SERVICE <U> { ?s ?p ?o } ",
    "SELECT * { ?s ?p 'open SERVICE <U> { ?s ?p ?o } }",
]
HARMLESS = [
    "SELECT ?service { $service ?p ?o }",
    "SELECT * { ?s rdfs:label 'SERVICE <http://example.org/>' }",
    'SELECT * { ?s rdfs:label """a\n"SERVICE" SERVICE <u>""" }',
    r"SELECT * { ?s rdfs:label 'it\'s SERVICE <u>' }",
    "# SERVICE <http://example.org/>\nSELECT * { ?s ?p ?o }",
    "SELECT * { ?s ?p <http://example.org/SERVICE#service> }",
    "PREFIX ex: <http://example.org/service/> SELECT * { ?s ex:service ex:military-service }",
    "SELECT * { ?w sit:serviceEntry ?year }",
    "SELECT * { ?s ?p _:service }",
    "SELECT * { ?s ?p 'x'@service }",
    "SELECT * { ?s ?p ?o FILTER(CONTAINS(STR(?o), 'service') && ?o < 5 && ?o > 3) }",
    "SELECT * { ?s ?p <urn:service> }",
    "SELECT * { GRAPH <urn:x:service> { ?s ?p ?o } }",
    "SELECT * FROM <urn:x:service> { ?s ?p ?o }",
    "SELECT * { ?s foaf:mbox <mailto:service@example.org> }",
    "BASE <http://example.org/> SELECT * { ?s ?p <#service> }",
    "BASE <http://example.org/> SELECT * { ?s a <service> ; rdfs:label ?label }",
    "BASE <http://example.org/> SELECT * { <../service/> ?p ?o }",
    "SELECT * { ?s ?p <http://example.org/o'brien> ; rdfs:label 'service' }",
    "BASE <http://example.org/> SELECT * { ?s ?p <#a> ; rdfs:label 'service' }",
    "SELECT * { <urn:uuid:1#service> (<urn:a>|<urn:service>)+ ?o }",
    "SELECT * { ?s ?p ?o FILTER(?p = <urn:service>) }",
    "SELECT * { ?s ?p ?o FILTER(?p IN (<urn:a>, <urn:service>, <mailto:o'brien@service.example>)) }",
    "SELECT * { VALUES (?a ?b) { (<urn:a> <urn:service>) (UNDEF <urn:service>) } ?a ?p ?b }",
    "SELECT * { ?s ?p (<urn:a> <urn:service>) }",
    "SELECT (COUNT(DISTINCT ?service) AS ?services) { ?service a <urn:service> } HAVING(?services<5)",
    "SELECT * { ?s ?p ?o FILTER(?o<5&&?o>3) FILTER(?o!='service') }",
    "SELECT * { ?s ?p '1'^^<urn:service> FILTER(?s<?p) }",
    "DESCRIBE <urn:service>",
    "PREFIX service: <http://example.org/> SELECT * { ?s service:p ?o . OPTIONAL { ?s rdfs:label ?l } }",
    "PREFIX service: <http://example.org/> ASK { ?s a service:Unit OPTIONAL { ?s rdfs:label ?l } }",
    "PREFIX service: <http://example.org/> SELECT (COUNT(*) AS ?n) { ?s a service:Unit } GROUP BY ?s",
    "PREFIX ex: <http://example.org/> SELECT * { ?s ex:secret.service ?o }",
    "SELECT * { ?c prov:wasAttributedTo id:sbu.service . FILTER EXISTS { ?c ?p ?o } }",
]
# Harmless too, and refused: to tell them apart would take a whole parser.
LOOK_ALIKES = [
    "PREFIX service: <http://example.org/> SELECT * { GRAPH service:g { ?s ?p ?o } }",
    "PREFIX ex: <http://example.org/> SELECT * { ?s ?p ex:secret.service OPTIONAL { ?s rdfs:label ?l } }",
    "BASE <http://example.org/> SELECT * { VALUES (?a ?b) { (<urn:a> <#service>) } }",
    "SELECT * { ?s ?p ?o FILTER(?o<STRLEN('service')&&?o>3) }",
]


@pytest.mark.parametrize("query", DISGUISES)
def test_a_disguise_is_refused(query: str) -> None:
    with pytest.raises(QueryRefused, match="SERVICE is refused: this endpoint asks no other"):
        check_query(query)


@pytest.mark.parametrize("query", HARMLESS)
def test_the_word_may_stand_where_it_is_no_keyword(query: str, opened: Store) -> None:
    check_query(query)
    opened.answer(query, FORMATS)


@pytest.mark.parametrize("query", LOOK_ALIKES)
def test_look_alikes_are_refused_too(query: str) -> None:
    assert uses_service(query)


def test_a_backslash_alone_is_read() -> None:
    check_query("ASK { ?s ?p ?o } \\")
    check_query("\\")


def test_a_query_that_is_too_long_is_refused() -> None:
    check_query("#" * MAX_LENGTH)
    with pytest.raises(QueryRefused, match="262,145 characters; at most 262,144 are read"):
        check_query("#" * (MAX_LENGTH + 1))


@pytest.mark.parametrize(
    "part", ["a.", "a-", ":", "?", "<", "<a ", "'a' ", '"""a" ', "ex:\\'", "\\u0041", '"""\\"', "#\n", "'''a''", "@"]
)
def test_long_queries_are_read_in_one_go(part: str) -> None:
    uses_service(part * (MAX_LENGTH // len(part) - 10) + " ?service")


@pytest.fixture(scope="module")
def opened(snapshots: Path) -> Iterator[Store]:
    with Store(snapshot.current(snapshots)) as store:
        yield store


class Port:
    """A local port that counts who connects."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.visits = 0


@pytest.fixture
def port() -> Iterator[Port]:
    class Visit(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            found.visits += 1
            self.request.recv(4096)
            self.request.sendall(b"HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = False
        block_on_close = True

    with Server(("127.0.0.1", 0), Visit) as server:
        found = Port(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield found
        server.shutdown()
        thread.join()


def aimed(query: str, port: Port) -> str:
    url = f"http://127.0.0.1:{port.number}/"
    return f"PREFIX : <{url}> {query}".replace("<U>", f"<{url}u>")


def test_nothing_connects_when_disguises_are_asked(opened: Store, port: Port) -> None:
    for query in [
        *DISGUISES,
        *LOOK_ALIKES,
        "SELECT * FROM <U> { ?s ?p ?o }",
        "SELECT * FROM NAMED <U> { GRAPH <U> {} }",
    ]:
        for ask in (opened.select, lambda text: opened.answer(text, FORMATS)):
            with contextlib.suppress(QueryError):
                ask(aimed(query, port))
    assert port.visits == 0


@pytest.mark.parametrize(
    ("query", "form", "called"),
    [
        ("ASK {}", "ASK", "`holds(query)`"),
        ("DESCRIBE id:gps", "CONSTRUCT", "a CONSTRUCT or DESCRIBE, whose triples `answer(query"),
        ("SELECT * {}", "SELECT", "`select(query)`"),
    ],
)
def test_a_query_of_another_form_is_told_what_to_call(opened: Store, query: str, form: str, called: str) -> None:
    for ask in (opened.select, opened.holds):
        if (ask, form) in ((opened.select, "SELECT"), (opened.holds, "ASK")):
            ask(query)
            continue
        with pytest.raises(WrongForm, match=re.escape(called)) as wrong:
            ask(query)
        assert wrong.value.form == form


def test_an_answer_in_no_format_that_fits_names_those_that_do(opened: Store) -> None:
    with pytest.raises(WrongForm, match="CONSTRUCT or DESCRIBE is not answered as text/csv; take text/turtle"):
        opened.answer("DESCRIBE id:gps", ["text/csv"])


def test_the_port_would_notice(port: Port) -> None:
    with pytest.raises((RuntimeError, OSError)):
        list(ox.Store().query(aimed(DISGUISES[0], port)))  # type: ignore[arg-type]
    assert port.visits == 1


# fmt: off
FRAGMENTS = [
    "?s ?p ?o", "?s :p ", ":a", ":", "1", "1.5", "1e5", "true", "false", "'a'", '"a"', "'''a'''", "'", '"', "'''",
    "\\'", "\\#", "\\u0027", "\\u0022", "\\u0023", "\\u000A", "\\", "#", "\n", "<", "<a>", "<?b>", "&&", ">", "FILTER(",
    "FILTER(?s!=", "FILTER(1<", ")", "(", "{", "}", "OPTIONAL{", "UNION{", "BIND(1 AS ?x)", ".", ";", ",", "@en",
    "@en-us", "^^:x", "?x", "$y", "[]", "()", "_:b", "_:", "VALUES ?x{", "'x'}", "||", "!=", "=", " ", "\t", "-", "+",
    ":a\\'", ":a\\#", ":a\\.", "?service", ":service", "GRAPH ?g{", "MINUS{", "EXISTS{", "*", "/", "^", "|", "?", "<<",
    "~", "%", "%41", ":a.b\\'", ":a.\\#", "<\\u0041#b>", "'''a' #\\q\n", "<urn:service>", "<#'>", "?a<?b)", "STR(?a>",
]
# fmt: on
KEYWORDS = ("SERVICE<U>{}", "SERVICE <U>{}", "SERVICE:u{}", "SERVICESILENT:u{}", "service<U>{}")


def test_nothing_connects_whatever_stands_around_the_keyword(port: Port) -> None:
    chance = random.Random(20250120)
    store = ox.Store()
    passed = 0
    for _ in range(60_000):
        around = [chance.choices(FRAGMENTS, k=chance.randint(0, 4)) for _ in range(2)]
        query = f"SELECT * {{ {{}} UNION {{ {''.join(around[0])}{chance.choice(KEYWORDS)}{''.join(around[1])} }} }}"
        if not uses_service(query):
            passed += 1
            with contextlib.suppress(SyntaxError, RuntimeError, ValueError):
                result = store.query(aimed(query, port))
                if not isinstance(result, ox.QueryBoolean):
                    list(result)
    assert passed > 1000
    assert port.visits == 0


# --- depth: what would end the process that reads it

NESTED = {
    "groups": lambda n: "ASK " + "{" * n + "}" * n,
    "groups left open": lambda n: "ASK " + "{" * n,
    "brackets": lambda n: "ASK { FILTER(" + "(" * n + "1" + ")" * n + ") }",
    "calls": lambda n: "ASK { FILTER(" + "STR(" * n + "1" + ")" * n + ") }",
    "conditions": lambda n: "ASK { FILTER(" + "IF(1," * n + "1" + ",1)" * n + ") }",
    "blank nodes": lambda n: "ASK { ?s ?p " + "[ ?p " * n + "1" + "]" * n + " }",
    "lists": lambda n: "ASK { ?s ?p " + "( " * n + ")" * n + " }",
    "subqueries": lambda n: "ASK { " + "{ SELECT * " * n + "{}" + "}" * n + " }",
    "EXISTS": lambda n: "ASK { " + "FILTER EXISTS { " * n + "} " * n + " }",
    "behind a less-than sign": lambda n: "ASK { FILTER(1<" + "(" * n + "2" + ")" * n + ">1) }",
    "behind a comment": lambda n: "ASK { # '\n" + "{" * n + "}" * n + " }",
    "escaped": lambda n: "ASK " + "\\u007B" * n,
}
CHAINED = {
    "OPTIONAL": lambda n: "ASK { ?s ?p ?o " + "OPTIONAL {?s ?p 1}" * n + " }",
    "MINUS": lambda n: "ASK { ?s ?p ?o " + "MINUS {?s ?p 1}" * n + " }",
    "UNION": lambda n: "ASK { " + " UNION ".join(["{?s ?p 1}"] * n) + " }",
    "BIND": lambda n: "ASK { " + "".join(f"BIND(1 AS ?a{i})" for i in range(n)) + " }",
    "or": lambda n: "ASK { FILTER(" + "||".join(["?x"] * n) + ") }",
    "not": lambda n: "ASK { FILTER(" + "!" * n + "true) }",
    "plus": lambda n: "ASK { FILTER(1 = " + "+".join(["?x"] * n) + ") }",
    "minus": lambda n: "ASK { FILTER(1 = " + "-" * n + "1) }",
    "a path": lambda n: "ASK { ?s " + "/".join(["<a:a>"] * n) + " ?o }",
}


@pytest.mark.parametrize("form", NESTED)
@pytest.mark.parametrize("depth", [MAX_DEPTH + 5, 3000])
def test_what_is_nested_too_deeply_is_refused_with_the_depth_allowed(form: str, depth: int) -> None:
    with pytest.raises(QueryTooDeep, match="at most 100") as refused:
        check_query(NESTED[form](depth))
    assert refused.value.limit == MAX_DEPTH


@pytest.mark.parametrize("form", CHAINED)
def test_too_many_parts_in_a_row_are_refused(form: str) -> None:
    with pytest.raises(QueryTooDeep, match="at most 1,000") as refused:
        check_query(CHAINED[form](MAX_PARTS + 10))
    assert refused.value.limit == MAX_PARTS


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { VALUES (?a ?b) { " + "(1 2) " * 5000 + "} }",
        "SELECT * { ?s ?p ?o FILTER(?o IN (" + ", ".join(map(str, range(5000))) + ")) }",
        "SELECT * { ?s rdfs:label '" + "{" * 500 + "' }",
        'SELECT * { ?s rdfs:label """' + "(" * 500 + '""" } #' + "[" * 500,
        "SELECT * { ?s ?p <http://a/" + "(" * 500 + "> }",
        "ASK " + "{" * 90 + "}" * 90,
    ],
    ids=["VALUES", "IN", "a text", "a long text and a comment", "an IRI", "groups"],
)
def test_long_lists_and_texts_full_of_brackets_pass(query: str) -> None:
    check_query(query)


@pytest.mark.parametrize("form", [*NESTED, *CHAINED])
def test_the_engine_survives_what_passes(form: str) -> None:
    """In a process of its own: what kills it would end the tests."""
    size = MAX_DEPTH - 5 if form in NESTED else MAX_PARTS - 5
    if form in ("blank nodes", "lists", "OPTIONAL", "a path"):
        size = 60  # its optimizer takes longer with each, which the deadline ends
    query = {**NESTED, **CHAINED}[form](size)
    check_query(query)
    program = "import sys, pyoxigraph as ox\ntry: ox.Store().query(sys.stdin.read())\nexcept SyntaxError: pass"
    done = subprocess.run([sys.executable, "-c", program], input=query, text=True, check=False, timeout=120)
    assert done.returncode == 0
