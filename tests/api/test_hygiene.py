"""What holds for every answer: CORS, HEAD, compression, and what a browser may do with it."""

from __future__ import annotations

import gzip
import zlib

import pytest
from starlette.testclient import TestClient

from api.hygiene import accepts_gzip
from tests.api.conftest import Serve

PATHS = [
    "/",
    "/docs",
    "/openapi.json",
    "/healthz",
    "/readyz",
    "/sparql",
    "/sparql?query=ASK{}",
    "/sparql?query=x",
    "/search?q=kyiv",
    "/id/syrskyi",
    "/id/syrskyi.html",
    "/id/syrskyi.ttl",
    "/id/syrskyi/relations",
    "/id/syrskyi/relations.csv",
    "/id/syrskyi/claims",
    "/id/none",
    "/id/syrskyi/relations?limit=x",
    "/voc/m-killed",
    "/ont",
    "/ont.ttl",
    "/context/v1.jsonld",
    "/.well-known/void",
    "/dump.nq.gz",
    "/dump.trig.gz",
    "/static/site.css",
    "/nothing",
    "/static/none",
]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_is_open_to_every_origin_and_closed_to_guessing(client: TestClient, path: str) -> None:
    for method in ("GET", "PUT"):
        answer = client.request(method, path, headers={"Origin": "https://elsewhere.example"})
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers
        exposed = {name.strip() for name in answer.headers["access-control-expose-headers"].split(",")}
        assert {"ETag", "Link", "Location", "Retry-After"} <= exposed
        assert answer.headers["x-content-type-options"] == "nosniff"
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'self';")
        assert "http" not in policy
        assert "script-src" not in policy
        names = [name.strip().lower() for name in answer.headers.get("vary", "").split(",")]
        assert len(names) == len(set(names))


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_head_is_get_without_a_body(client: TestClient, path: str, encoding: str) -> None:
    got, head = (client.request(method, path, headers={"Accept-Encoding": encoding}) for method in ("GET", "HEAD"))
    assert (head.status_code, head.headers, head.content) == (got.status_code, got.headers, b"")


@pytest.mark.parametrize("path", PATHS)
def test_preflight_is_answered_everywhere(client: TestClient, path: str) -> None:
    answer = client.options(path, headers={"Origin": "https://a.example", "Access-Control-Request-Method": "GET"})
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == "*"
    posts = path.startswith("/sparql")
    assert answer.headers["allow"] == ("GET, HEAD, POST, OPTIONS" if posts else "GET, HEAD, OPTIONS")


@pytest.mark.parametrize(
    "path", ["/", "/id/syrskyi", "/search", "/healthz", "/dump.nq.gz", "/id/syrskyi/claims", "/ont"]
)
def test_only_the_endpoint_takes_a_post(client: TestClient, path: str) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        answer = client.request(method, path)
        assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize(
    ("accepted", "compressed"),
    [(None, False), ("", False), ("identity", False), ("br", False), ("gzip", True), ("GZIP;q=0.5", True),
     ("br, gzip", True), ("gzip;q=0", False), ("gzip; q=0.000, *", False), ("gzipped", False), ("gzip;q=0.001", True)],
)  # fmt: skip
def test_gzip_is_what_the_client_agreed_to(client: TestClient, accepted: str | None, compressed: bool) -> None:
    assert accepts_gzip(accepted or "") == compressed
    with client.stream("GET", "/id/ukraine/relations", headers={"Accept-Encoding": accepted or ""}) as answer:
        raw = b"".join(answer.iter_raw())
    assert ("content-encoding" in answer.headers) == compressed
    assert "Accept-Encoding" in answer.headers["vary"]
    assert len(raw) == int(answer.headers["content-length"])
    text = zlib.decompress(raw, 16 + zlib.MAX_WBITS) if compressed else raw
    assert text.startswith(b'{"total":')


def test_what_is_compressed_already_is_sent_as_it_is(client: TestClient) -> None:
    answer = client.get("/dump.nq.gz", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in answer.headers
    assert gzip.decompress(answer.content).startswith(b"<")


def test_pages_name_no_other_host_for_what_they_load(client: TestClient) -> None:
    for path in ("/", "/id/syrskyi", "/sparql", "/search?q=u", "/docs"):
        page = client.get(path, headers={"Accept": "text/html"}).text
        for loading in ('src="http', 'src="//', '<link rel="stylesheet" href="http', "@import", "url(http"):
            assert loading not in page


def test_a_real_server_says_the_same_over_a_socket(serve: Serve, snapshots: object) -> None:
    server = serve(snapshots, "--public-url", "https://example.org/graph/")
    for path in ("/id/ukraine/relations?limit=1", "/id/none", "/sparql", "/dump.nq.gz"):
        got, head = server.http.get(path), server.http.head(path)
        assert {**got.headers, "date": ""} == {**head.headers, "date": ""}
        assert (got.status_code, head.content) == (head.status_code, b"")
        assert got.headers["access-control-allow-origin"] == "*"
        assert "server" not in got.headers
    body = server.http.get("/id/ukraine/relations", params={"limit": 1}).json()
    assert body["next"].startswith("https://example.org/graph/id/ukraine/relations?limit=1&cursor=")
    assert b"https://example.org/graph/sparql" in server.http.get("/sparql").content
