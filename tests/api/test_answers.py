"""Answers that were given already are given again, within their memory and for the same snapshot only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.answers import Answers, Question, Reply, Words
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
    answers.keep(question("large"), answer(50_000))
    answers.keep(question("q" * 50_000), answer(10))
    assert answers.get(question("large")) is None
    assert answers.get(question("small"))


def test_a_long_dataset_or_address_takes_memory_too() -> None:
    answers = Answers(100_000)
    long = "http://x/" + "y" * 60_000
    for dataset, base in ((Dataset((long,)), "http://x"), (Dataset(None, (long,)), "http://x"), (Dataset(), long)):
        asked = Question("one", "ASK {}", (JSON,), dataset, base)
        answers.keep(asked, answer(10))
        assert answers.get(asked) is None
    words = Words("one", "http", "/sparql", b"query=", (long.encode(), None))
    answers.keep(words, Reply([], b""))
    assert answers.get(words) is None


def test_without_memory_nothing_is_kept() -> None:
    answers = Answers(0)
    answers.keep(question("q"), answer(0))
    assert answers.get(question("q")) is None


def test_another_snapshot_has_other_answers() -> None:
    answers = Answers(100_000)
    answers.keep(question("q"), answer(1))
    assert answers.get(question("q", "two")) is None


def test_replies_and_answers_share_one_memory() -> None:
    answers = Answers(50_000)
    for number in range(200):
        words = Words("one", "http", "/sparql", b"query=%d" % number, (b"testserver", None, None, None))
        answers.keep(words, Reply([(b"etag", b"x")], b"x" * 1000))
        answers.keep(question(f"q{number}"), answer(1000))
        assert answers._taken <= 50_000
        assert answers.get(words)
        assert answers.get(question(f"q{number}"))
    assert 10 <= len(answers._kept) <= 25


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


def dated(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers without those that the clock writes."""
    return {name: value for name, value in headers.items() if name != "date"}


@pytest.mark.parametrize("headers", [{}, {"Accept-Encoding": "identity"}, {"Accept-Language": "uk"}])
def test_the_same_request_has_the_same_reply(client: TestClient, evaluated: list[str], headers: dict[str, str]) -> None:
    every = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 50"
    first, *rest = (client.get("/sparql", params={"query": every}, headers=headers) for _ in range(3))
    for again in rest:
        assert again.content == first.content
        assert dated(again.headers) == dated(first.headers)
    assert evaluated == [every]


def test_a_reply_is_kept_apart_for_each_header_that_it_depends_on(client: TestClient, evaluated: list[str]) -> None:
    every = {"query": "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 50"}
    for _ in range(2):
        plain = client.get("/sparql", params=every, headers={"Accept-Encoding": "identity"})
        packed = client.get("/sparql", params=every, headers={"Accept-Encoding": "gzip"})
        elsewhere = client.get("/sparql", params=every, headers={"Host": "other.example"})
        assert "content-encoding" not in plain.headers
        assert packed.headers["content-encoding"] == "gzip"
        assert plain.content == packed.content
        assert len({reply.headers["etag"] for reply in (plain, elsewhere)}) == 2


def test_a_condition_is_answered_by_304_without_the_graph(client: TestClient, evaluated: list[str]) -> None:
    first = client.get("/sparql", params={"query": COUNT})
    again = client.get("/sparql", params={"query": COUNT}, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get("/sparql", params={"query": COUNT}, headers={"If-None-Match": '"another"'})
    assert (other.status_code, other.content) == (200, first.content)
    assert evaluated == [COUNT]


def test_head_has_the_headers_alone(client: TestClient, evaluated: list[str]) -> None:
    for _ in range(2):
        told, given = (client.request(method, "/sparql", params={"query": COUNT}) for method in ("HEAD", "GET"))
        assert (told.status_code, told.content) == (200, b"")
        assert dated(told.headers) == dated(given.headers)
    assert evaluated == [COUNT]
