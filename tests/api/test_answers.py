"""Answers that were given already are given again, within their memory and for the same snapshot only."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.answers import Answers, Question
from graph.store import Answer, Dataset

JSON = "application/sparql-results+json"
COUNT = "SELECT (COUNT(*) AS ?n) { ?c a sit:Claim }"


def question(query: str, snapshot: str = "one") -> Question:
    return Question(snapshot, query, (JSON,), Dataset(), "http://testserver/sparql")


def answer(size: int) -> Answer:
    return Answer("SELECT", JSON, b"x" * size)


def test_what_was_asked_for_last_is_kept() -> None:
    answers = Answers(100_000)
    for number in range(20):
        answers.keep(question(f"q{number}"), answer(9_000))
        assert answers.get(question("q0"))
    kept = [number for number in range(20) if answers.get(question(f"q{number}"))]
    assert kept == [0, 12, 13, 14, 15, 16, 17, 18, 19]


def test_the_memory_is_never_passed() -> None:
    answers = Answers(50_000)
    for number in range(1000):
        answers.keep(question("q" * (number % 3000)), answer(number * 13 % 7000))
        assert answers._taken <= 50_000
        assert answers._taken >= sum(len(kept.body) for kept in answers._kept.values())


def test_one_answer_does_not_push_out_all_others() -> None:
    answers = Answers(80_000)
    answers.keep(question("small"), answer(10))
    answers.keep(question("large"), answer(20_000))
    answers.keep(question("q" * 20_000), answer(10))
    assert answers.get(question("large")) is None
    assert answers.get(question("small"))


def test_without_memory_nothing_is_kept() -> None:
    answers = Answers(0)
    answers.keep(question("q"), answer(0))
    assert answers.get(question("q")) is None


def test_another_snapshot_has_other_answers() -> None:
    answers = Answers(100_000)
    answers.keep(question("q"), answer(1))
    assert answers.get(question("q", "two")) is None


@pytest.fixture
def evaluated(application: FastAPI, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The queries that reach a worker."""
    seen: list[str] = []
    workers = application.state.workers
    evaluate = workers.answer

    async def watched(built: object, query: str, *arguments: object, **named: object) -> Answer:
        seen.append(query)
        return await evaluate(built, query, *arguments, **named)  # type: ignore[no-any-return]

    monkeypatch.setattr(workers, "answer", watched)
    before, application.state.answers = application.state.answers, Answers(1_000_000)
    yield seen
    application.state.answers = before


def test_a_query_is_evaluated_once(client: TestClient, evaluated: list[str]) -> None:
    first = client.get("/sparql", params={"query": COUNT})
    for again in (client.get("/sparql", params={"query": COUNT}), client.post("/sparql", data={"query": COUNT})):
        assert (again.status_code, again.content) == (200, first.content)
    assert evaluated == [COUNT]


@pytest.mark.parametrize("accept", ["text/csv", "application/sparql-results+xml"])
def test_each_format_is_an_answer_of_its_own(client: TestClient, evaluated: list[str], accept: str) -> None:
    for wanted in (accept, JSON, accept):
        answered = client.get("/sparql", params={"query": COUNT}, headers={"Accept": wanted})
        assert answered.headers["content-type"].startswith(wanted)
    assert evaluated == [COUNT, COUNT]


def test_each_dataset_has_answers_of_its_own(client: TestClient, evaluated: list[str]) -> None:
    whole = client.get("/sparql", params={"query": COUNT}).content
    empty = client.get("/sparql", params={"query": COUNT, "default-graph-uri": "http://example.org/none"}).content
    assert whole != empty
    assert len(evaluated) == 2


@pytest.mark.parametrize("query", ["SELECT (RAND() AS ?x) {}", "SELECT (now  () AS ?x) {}", "SELECT (UUID() AS ?x) {}"])
def test_what_differs_each_time_is_evaluated_each_time(client: TestClient, evaluated: list[str], query: str) -> None:
    answers = {client.get("/sparql", params={"query": query}).content for _ in range(3)}
    assert len(answers) > 1
    assert len(evaluated) == 3


def test_an_error_is_not_kept(client: TestClient, evaluated: list[str]) -> None:
    for _ in range(2):
        assert client.get("/sparql", params={"query": "SELECT"}).status_code == 400
    assert len(evaluated) == 2
