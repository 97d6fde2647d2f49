"""Clients as people have them, unmodified, against a server that listens: what they send is answered as they expect."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.dom.minidom import Document

import pandas
import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, GET, JSON, JSONLD, N3, POST, POSTDIRECTLY, RDFXML, TSV, TURTLE, URLENCODED, XML
from SPARQLWrapper import SPARQLWrapper as Wrapper

from tests.api.conftest import Serve, Server

ROOT = Path(__file__).parents[2]
COMUNICA = ROOT / "node_modules" / "@comunica" / "query-sparql" / "bin" / "query.js"
NODE = Path(sys.executable).with_name("node")
HEAD = """PREFIX foaf: <http://xmlns.com/foaf/0.1/> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX id: <https://w3id.org/sitrep/id/> PREFIX org: <http://www.w3.org/ns/org#>
"""
SELECT = (
    HEAD + 'SELECT ?person ?name { ?person a foaf:Person ; rdfs:label ?name FILTER(LANG(?name) = "en") } ORDER BY ?name'
)
ASK = HEAD + "ASK { id:syrskyi a foaf:Person }"
CONSTRUCT = HEAD + "CONSTRUCT { id:syrskyi rdfs:label ?name } WHERE { id:syrskyi rdfs:label ?name }"
DESCRIBE = HEAD + "DESCRIBE id:syrskyi"
SYRSKYI = rdflib.URIRef("https://w3id.org/sitrep/id/syrskyi")
NAME = rdflib.Literal("Oleksandr Syrskyi", lang="en")


@pytest.fixture(scope="module")
def server(serve: Serve, snapshots: Path) -> Server:
    return serve(snapshots)


@pytest.fixture(autouse=True)
def their_warnings() -> Any:
    """What these libraries warn of is theirs, and so are the connections that they leave to the garbage collector."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


# --- SPARQLWrapper


def wrapper(server: Server, query: str, returned: str, method: str, how: str) -> Any:
    asked = Wrapper(f"{server.address}/sparql", returnFormat=returned)
    asked.setMethod(method)
    asked.setRequestMethod(how)
    asked.setQuery(query)
    return asked


METHODS = [(GET, URLENCODED), (POST, URLENCODED), (POST, POSTDIRECTLY)]


@pytest.mark.parametrize(("method", "how"), METHODS)
@pytest.mark.parametrize("returned", [JSON, XML, CSV, TSV])
def test_sparqlwrapper_selects(server: Server, returned: str, method: str, how: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)  # it warns so where the answer is of another type than it asked
        found = wrapper(server, SELECT, returned, method, how).queryAndConvert()
    if returned == JSON:
        names = [row["name"]["value"] for row in found["results"]["bindings"]]
    elif returned == XML:
        assert isinstance(found, Document)
        names = [node.firstChild.data for node in found.getElementsByTagName("literal")]
    else:
        rows = list(csv.reader(io.StringIO(found.decode()), delimiter="," if returned == CSV else "\t"))
        names = [row[1].removesuffix("@en").strip('"') for row in rows[1:]]
    assert "Oleksandr Syrskyi" in names
    assert names == sorted(names)


@pytest.mark.parametrize(("method", "how"), METHODS)
@pytest.mark.parametrize("returned", [JSON, XML])
def test_sparqlwrapper_asks(server: Server, returned: str, method: str, how: str) -> None:
    found = wrapper(server, ASK, returned, method, how).queryAndConvert()
    if returned == JSON:
        assert found["boolean"] is True
    else:
        assert [node.firstChild.data for node in found.getElementsByTagName("boolean")] == ["true"]


@pytest.mark.parametrize(("method", "how"), METHODS)
@pytest.mark.parametrize("query", [CONSTRUCT, DESCRIBE], ids=["CONSTRUCT", "DESCRIBE"])
@pytest.mark.parametrize("returned", [TURTLE, N3, RDFXML, XML, JSONLD])
def test_sparqlwrapper_gets_graphs(server: Server, returned: str, query: str, method: str, how: str) -> None:
    found = wrapper(server, query, returned, method, how).queryAndConvert()
    if isinstance(found, bytes):  # it leaves Turtle and N3 to be read
        found = rdflib.Graph().parse(data=found, format="turtle" if returned == TURTLE else "n3")
    assert (SYRSKYI, rdflib.RDFS.label, NAME) in found


def test_sparqlwrapper_gives_a_dataset(server: Server) -> None:
    asked = wrapper(server, ASK, JSON, GET, URLENCODED)
    asked.addDefaultGraph("urn:a:graph:that:nobody:knows")
    assert asked.queryAndConvert()["boolean"] is False


def test_sparqlwrapper_tells_a_wrong_query_from_a_server_in_trouble(server: Server) -> None:
    from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

    with pytest.raises(QueryBadFormed, match="query-syntax"):
        wrapper(server, "SELECT", JSON, GET, URLENCODED).query()


def test_a_notebook_gets_a_table(server: Server) -> None:
    rows = wrapper(server, SELECT, JSON, GET, URLENCODED).queryAndConvert()["results"]["bindings"]
    table = pandas.DataFrame([{name: cell["value"] for name, cell in row.items()} for row in rows])
    assert list(table.columns) == ["person", "name"]
    assert str(SYRSKYI) in set(table["person"])


# --- rdflib and pandas


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("returned", ["json", "xml", "csv", "tsv"])
def test_rdflib_takes_the_endpoint_for_a_graph(server: Server, method: str, returned: str) -> None:
    graph = rdflib.Graph(store=SPARQLStore(f"{server.address}/sparql", method=method, returnFormat=returned))
    names = [str(row[1]) for row in graph.query(SELECT)]
    assert "Oleksandr Syrskyi" in names
    assert graph.query(ASK).askAnswer is True if returned in ("json", "xml") else True


def test_rdflib_walks_the_endpoint_s_triples(server: Server) -> None:
    graph = rdflib.Graph(store=SPARQLStore(f"{server.address}/sparql", returnFormat="json"))
    assert NAME in set(graph.objects(SYRSKYI, rdflib.RDFS.label))
    assert (SYRSKYI, rdflib.RDF.type, rdflib.FOAF.Person) in graph
    assert {predicate for _, predicate, _ in graph.triples((SYRSKYI, None, None))} >= {
        rdflib.RDF.type,
        rdflib.RDFS.label,
    }
    described = rdflib.Graph(store=SPARQLStore(f"{server.address}/sparql", returnFormat="xml")).query(DESCRIBE).graph
    assert described is not None
    assert (SYRSKYI, rdflib.RDFS.label, NAME) in described


def test_pandas_reads_an_address(server: Server) -> None:
    table = pandas.read_csv(f"{server.address}/sparql?" + urlencode({"format": "csv", "query": SELECT}))
    assert list(table.columns) == ["person", "name"]
    assert "Oleksandr Syrskyi" in set(table["name"])
    tabs = pandas.read_csv(f"{server.address}/sparql?" + urlencode({"format": "tsv", "query": SELECT}), sep="\t")
    assert len(tabs) == len(table)


# --- curl


def curl(*arguments: str) -> str:
    if not shutil.which("curl"):
        pytest.skip("no curl here")
    done = subprocess.run(["curl", "-sS", *arguments], capture_output=True, text=True, check=True, timeout=60)
    return done.stdout


def test_curl(server: Server) -> None:
    endpoint = f"{server.address}/sparql"
    ask = ("--data-urlencode", f"query={ASK}")
    assert json.loads(curl("-G", endpoint, *ask))["boolean"] is True
    assert json.loads(curl(endpoint, *ask))["boolean"] is True
    direct = ("-H", "Content-Type: application/sparql-query", "--data-binary", ASK)
    assert json.loads(curl(endpoint, *direct))["boolean"] is True
    assert curl("-H", "Accept: text/csv", endpoint, "--data-urlencode", f"query={SELECT}").startswith("person,name")
    assert "<boolean>true</boolean>" in curl("-G", "-H", "Accept: application/sparql-results+xml", endpoint, *ask)
    head = curl("-I", "-G", endpoint, *ask)
    assert head.startswith("HTTP/1.1 200")
    assert "application/sparql-results+json" in head
    assert "sd:Service" in curl(endpoint) or "sparql-service-description#Service" in curl(endpoint)
    refused = curl("-o", "-", "-w", "%{http_code}", endpoint, "-H", "Content-Type: text/plain", "--data-binary", ASK)
    assert refused.endswith("415")


# --- Comunica


def comunica(*arguments: str) -> Any:
    if not (COMUNICA.is_file() and NODE.is_file()):
        assert not os.environ.get("CI"), "the continuous integration has run `make setup`"
        pytest.skip("Comunica is not there; `make setup` fetches it")
    command = [str(NODE), str(COMUNICA), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_comunica_finds_out_that_it_is_an_endpoint_and_joins(server: Server) -> None:
    """The service description alone says so: the address carries no `sparql@`, and no link in a page is followed."""
    rows = json.loads(comunica(f"{server.address}/sparql", SELECT, "-t", "application/json"))
    assert {"person": str(SYRSKYI), "name": '"Oleksandr Syrskyi"@en'} in rows


def test_comunica_constructs(server: Server) -> None:
    found = comunica(f"{server.address}/sparql", CONSTRUCT, "-t", "application/n-triples")
    assert (SYRSKYI, rdflib.RDFS.label, NAME) in rdflib.Graph().parse(data=found, format="nt")


def test_comunica_asks(server: Server) -> None:
    assert comunica(f"{server.address}/sparql", ASK, "-t", "simple").strip() == "true"


@pytest.fixture
def notes(tmp_path: Path) -> Iterator[str]:
    """The address of a file of one's own: Comunica's browser-like client reads files over HTTP only."""
    (tmp_path / "notes.ttl").write_text(f'<{SYRSKYI}> <https://example.org/note> "seen" .\n')

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    Quiet.extensions_map = {".ttl": "text/turtle"}
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path))) as files:
        thread = threading.Thread(target=files.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{files.server_address[1]}/notes.ttl"
        files.shutdown()
        thread.join()


def test_comunica_joins_the_endpoint_with_a_file(server: Server, notes: str) -> None:
    query = (
        """SELECT ?name ?note { ?x <https://example.org/note> ?note ; rdfs:label ?name FILTER(LANG(?name) = "en") }"""
    )
    rows = json.loads(comunica(f"{server.address}/sparql", notes, HEAD + query, "-t", "application/json"))
    assert {"name": '"Oleksandr Syrskyi"@en', "note": '"seen"'} in rows
