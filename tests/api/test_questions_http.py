"""The contract's questions through the endpoint: what a client gets is what the files say."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.test_questions import QUESTIONS, Question, short

ON_FIRST_DOCUMENT = [question for question in QUESTIONS if not question.additions]


def cell(term: dict[str, Any] | None) -> str | None:
    return None if term is None else short(term["value"]) if term["type"] == "uri" else term["value"]


@pytest.mark.parametrize("question", ON_FIRST_DOCUMENT, ids=lambda question: question.name)
def test_the_endpoint_answers_exactly(client: TestClient, question: Question) -> None:
    answer = client.post("/sparql", data={"query": question.query}, headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["head"]["vars"] == question.columns
    rows = [tuple(cell(row.get(name)) for name in question.columns) for row in body["results"]["bindings"]]
    if question.ordered:
        assert rows == question.rows
    else:
        assert Counter(rows) == Counter(question.rows)
