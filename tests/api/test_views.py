"""Pictures over HTTP: few at once, and finished ones are kept. The described interface is kept, too."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api import reference
from api.routes import view


@pytest.fixture
def drawn(application: FastAPI, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is drawn, anew for each test."""
    application.state.pictures = view._Pictures()
    real, found = view._drawn, list[str]()

    def draw(asked: Any, iri: str, hops: int, limit: int) -> str:
        found.append(iri)
        return real(asked, iri, hops, limit)

    monkeypatch.setattr(view, "_drawn", draw)
    return found


def test_a_finished_picture_is_kept(client: TestClient, drawn: list[str]) -> None:
    first = client.get("/id/syrskyi/view")
    assert client.get("/id/syrskyi/view").text == first.text
    assert len(drawn) == 1
    for other in ("/id/syrskyi/view?hops=2", "/id/syrskyi/view?limit=9", "/id/syrskyi/view?lang=uk", "/id/atacms/view"):
        assert client.get(other).status_code == 200
    assert len(drawn) == 5


def test_few_pictures_are_kept(client: TestClient, drawn: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view, "KEPT", 2)
    for slug in ("syrskyi", "atacms", "syrskyi", "ukraine", "syrskyi", "atacms"):
        client.get(f"/id/{slug}/view")
    assert [iri.rsplit("/", 1)[-1] for iri in drawn] == ["syrskyi", "atacms", "ukraine", "atacms"]


def test_two_pictures_at_once(client: TestClient, drawn: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    lock, now, most = threading.Lock(), 0, 0

    def draw(*_: Any) -> str:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.1)
        with lock:
            now -= 1
        return "<!doctype html>"

    monkeypatch.setattr(view, "_drawn", draw)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda limit: client.get(f"/id/syrskyi/view?limit={limit}"), range(20, 28)))
    assert [answer.status_code for answer in answers] == [200] * 8
    assert most == 2


def test_what_is_unknown_has_no_picture(client: TestClient) -> None:
    for known in ({}, {"If-None-Match": "*"}):
        answer = client.get("/id/atacms-m39a/view", headers=known)
        assert answer.status_code == 404
        assert answer.json()["near"]


def test_the_interface_is_described_once(
    client: TestClient, application: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = client.get("/openapi.json").json()

    async def never(_: FastAPI) -> dict[str, Any]:
        raise AssertionError

    monkeypatch.setattr(reference, "_made", never)
    assert client.get("/openapi.json").json() == first
    assert client.get("/docs").status_code == 200
    assert application.state.described[0] == client.get("/readyz").json()["snapshot"]
