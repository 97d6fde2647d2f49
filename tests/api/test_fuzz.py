"""Whatever is sent, an answer comes, and it is never a fault of ours."""

from __future__ import annotations

from urllib.parse import quote_from_bytes

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

# `client` raises what the application did not catch, so that a 500 would show its cause.
SETTINGS = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

WORDS = st.sampled_from(
    [
        "SELECT",
        "ASK",
        "CONSTRUCT",
        "DESCRIBE",
        "WHERE",
        "*",
        "{",
        "}",
        "(",
        ")",
        "?s",
        "?p",
        "?o",
        "a",
        ".",
        ";",
        "id:syrskyi",
        "foaf:Person",
        "<https://example.org/>",
        "<",
        ">",
        '"',
        "'",
        '"""',
        '"x"@en',
        '"1"^^xsd:integer',
        "FILTER",
        "OPTIONAL",
        "UNION",
        "GRAPH",
        "BIND",
        "AS",
        "VALUES",
        "LIMIT",
        "1",
        "ORDER BY",
        "GROUP BY",
        "COUNT(*)",
        "SERVICE",
        "FROM",
        "PREFIX",
        "BASE",
        "#",
        "\n",
        "\\u0053ERVICE",
        "\x00",
        "\ufeff",
        "💥",
        "INSERT DATA",
        "rdfs:label",
        "<<",
        ">>",
        "[",
        "]",
        "^",
        "/",
        "+",
        "!",
    ]
)
QUERIES = st.lists(WORDS, max_size=12).map(" ".join) | st.text(max_size=60)
MEDIA_TYPES = st.sampled_from(
    [
        "",
        "*/*",
        "text/html",
        "text/csv",
        "text/turtle",
        "application/json",
        "application/ld+json",
        "application/n-triples",
        "application/rdf+xml",
        "application/sparql-results+json",
        "application/sparql-results+xml",
        "image/png",
        "a/b;q=x",
        ",,;",
    ]
)
HEADER_TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "Accept": MEDIA_TYPES | HEADER_TEXT,
        "Accept-Language": st.sampled_from(["uk", "en", "de;q=0.x", "*"]) | HEADER_TEXT,
        "Accept-Encoding": st.sampled_from(["gzip", "gzip;q=0", "br", ""]) | HEADER_TEXT,
        "If-None-Match": st.sampled_from(["*", 'W/"x"', '"', ","]) | HEADER_TEXT,
        "Range": st.sampled_from(["bytes=0-1", "bytes=-", "bytes=9-1", "lines=1"]) | HEADER_TEXT,
        "Content-Type": st.sampled_from(
            [
                "application/sparql-query",
                "application/x-www-form-urlencoded",
                "multipart/form-data",
                "text/plain",
                ";",
                "application/sparql-query; charset=utf-16",
                "application/sparql-query;charset=",
                "application/x-www-form-urlencoded; charset=koi8-r",
                'application/sparql-query; charset="UTF-8"; charset=x',
                "application/sparql-update",
            ]
        )
        | HEADER_TEXT,
    },
)
PERCENT = st.binary(max_size=30).map(quote_from_bytes) | HEADER_TEXT.map(
    lambda text: text.replace("#", "").replace("?", "")
)
NAMES = st.sampled_from(
    [
        "query",
        "update",
        "default-graph-uri",
        "named-graph-uri",
        "format",
        "timeout",
        "q",
        "type",
        "limit",
        "cursor",
        "iri",
        "lang",
        "direction",
        "predicate",
        "status",
        "from",
        "to",
        "role",
        "measure",
        "kind",
        "hops",
        "start",
        "step",
        "claimant",
        "document",
        "id",
        "k",
        "length",
        "through",
    ]
)
ROOTS = st.sampled_from(
    [
        "/id/syrskyi",
        "/id/",
        "/id/-/relations",
        "/id/ukraine/relations",
        "/id/ukraine/claims",
        "/id",
        "/id.ttl",
        "/search",
        "/explore",
        "/explore/graph.json",
        "/explore/graph.gexf",
        "/explore/thing.json",
        "/explore/relation.json",
        "/explore/paths.json",
        "/claim/",
        "/voc/m-killed",
        "/voc/",
        "/sparql",
        "/sparql/",
        "/ont",
        "/",
        "/.well-known/void",
        "/dump.nq.gz",
        "/readyz",
        "/static/",
        "/context/",
    ]
)


def in_order(answer: object) -> None:
    status = answer.status_code  # type: ignore[attr-defined]
    assert status < 500 or status == 503, answer.text  # type: ignore[attr-defined]
    kind = answer.headers.get("content-type", "")  # type: ignore[attr-defined]
    assert status < 400 or kind in ("application/problem+json", "text/html; charset=utf-8")


@SETTINGS
@given(query=QUERIES, headers=HEADERS)
def test_any_query_is_answered(client: TestClient, query: str, headers: dict[str, str]) -> None:
    text = query.encode("utf-8", "replace")
    in_order(client.get(f"/sparql?query={quote_from_bytes(text)}&timeout=2", headers=headers))
    in_order(client.post("/sparql?timeout=2", content=text, headers={"Content-Type": "application/sparql-query"}))


@SETTINGS
@given(body=st.binary(max_size=200) | st.just(b"query=ASK{}"), headers=HEADERS)
def test_any_body_is_answered(client: TestClient, body: bytes, headers: dict[str, str]) -> None:
    in_order(client.post("/sparql", content=body, headers=headers))


@SETTINGS
@given(
    root=ROOTS,
    rest=PERCENT,
    parameters=st.lists(st.tuples(NAMES, PERCENT), max_size=4),
    headers=HEADERS,
    method=st.sampled_from(["GET", "HEAD", "OPTIONS", "POST", "DELETE"]),
)
def test_any_address_is_answered(
    client: TestClient, root: str, rest: str, parameters: list[tuple[str, str]], headers: dict[str, str], method: str
) -> None:
    query = "&".join(f"{name}={value}" for name, value in parameters)
    for address in (f"{root}?{query}", f"{root}{rest}?{query}"):
        in_order(client.request(method, address, headers=headers))
