"""The contract's questions: exact on the frozen first document, in both engines; still answered by all of data/."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import rdflib
import yaml
from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store

from ontology.terms import PREFIXES
from tests.conftest import FIRST_DOCUMENT, assembled

FOLDER = Path(__file__).parent / "questions"
SPACES = {**PREFIXES, "wd": "http://www.wikidata.org/entity/"}
HEADER = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in SPACES.items())
Row = tuple[str | None, ...]


class Question:
    def __init__(self, path: Path) -> None:
        content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        self.name = path.stem
        self.query: str = HEADER + content["query"]
        self.columns: list[str] = content["columns"]
        self.rows: list[Row] = [tuple(None if cell is None else str(cell) for cell in row) for row in content["rows"]]
        self.ordered: bool = content.get("ordered", False)
        self.more: bool = content.get("more", True)
        self.additions: str | None = content.get("additions")
        self.anywhere: bool = content.get("scope") != "first-document-only"


QUESTIONS = [Question(path) for path in sorted(FOLDER.glob("*.yaml"))]
ON_ALL_DATA = [question for question in QUESTIONS if question.anywhere and not question.additions]


def short(iri: str) -> str:
    for prefix, space in SPACES.items():
        if iri.startswith(space):
            return f"{prefix}:{iri.removeprefix(space)}"
    return iri


def asked(store: Store, question: Question) -> list[Row]:
    answer = store.query(question.query)
    assert [variable.value for variable in answer.variables] == question.columns
    return [
        tuple(
            None if term is None else short(term.value) if isinstance(term, NamedNode) else term.value for term in row
        )
        for row in answer
    ]


def in_rdflib(store: Store) -> rdflib.Graph:
    data = rdflib.Graph()
    return data.parse(data=store.dump(format=RdfFormat.N_TRIPLES, from_graph=DefaultGraph()) or b"", format="nt")


def cell(term: Any) -> str | None:
    return None if term is None else short(str(term)) if isinstance(term, rdflib.URIRef) else str(term)


@pytest.fixture(scope="session")
def with_addition(first_document: Store) -> Any:
    stores: dict[str | None, Store] = {None: first_document}

    def store(name: str | None) -> Store:
        if name not in stores:
            stores[name] = assembled(FIRST_DOCUMENT, FOLDER / "additions" / str(name))
        return stores[name]

    return store


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_the_first_document_answers_exactly(question: Question, with_addition: Any) -> None:
    rows = asked(with_addition(question.additions), question)
    if question.ordered:
        assert rows == question.rows
    else:
        assert Counter(rows) == Counter(question.rows)


@pytest.fixture(scope="session")
def rdflib_with_addition(with_addition: Any) -> Any:
    graphs: dict[str | None, rdflib.Graph] = {}

    def graph(name: str | None) -> rdflib.Graph:
        if name not in graphs:
            graphs[name] = in_rdflib(with_addition(name))
        return graphs[name]

    return graph


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_rdflib_answers_the_same(question: Question, rdflib_with_addition: Any) -> None:
    rows = [tuple(map(cell, row)) for row in rdflib_with_addition(question.additions).query(question.query)]
    assert Counter(rows) == Counter(question.rows)


@pytest.mark.parametrize("question", ON_ALL_DATA, ids=lambda question: question.name)
def test_all_data_still_hold_the_answer(question: Question, curated: Store) -> None:
    rows = Counter(asked(curated, question))
    missing = Counter(question.rows) - rows
    assert not missing
    if not question.more:
        assert rows == Counter(question.rows)
