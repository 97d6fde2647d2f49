"""The OpenAPI document is true: whatever it allows to be sent is answered as it says, and never with a fault of ours.

Schemathesis makes requests from the document, good and bad ones, and holds each answer to it: status, content type,
schema, and no 500. The examples are bounded, and the same each time.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.conftest import PATIENCE, Serve, Server

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def server(serve: Serve, snapshots: Path) -> Server:
    return serve(snapshots, "--deadline", "3")


SETTINGS = settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
# What is there, beside what Schemathesis makes up: else every answer about a thing would be a 404.
THERE: dict[str, list[dict[str, str]]] = {
    "/{kind}/{name}": [{"kind": "voc", "name": "m-killed"}, {"kind": "doc", "name": "21b468746adfc9bb"}],
    "/id/{slug}": [{"slug": slug} for slug in ("syrskyi", "ukraine", "atacms")],
}
ACCEPT = st.sampled_from([None, None, "text/html", "text/turtle", "application/json", "image/png", "*/*;q=0"])


@schemathesis.serializer("application/sparql-query")
def sparql_query(_: Any, value: Any) -> bytes:
    """A query as the body of a request."""
    return str(value).encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.name)
def test_answers_are_as_the_document_says(server: Server, mode: GenerationMode) -> None:
    described = schemathesis.openapi.from_url(f"{server.address}/openapi.json", timeout=PATIENCE)
    wrong: list[str] = []
    asked: dict[str, int] = {}
    for operation in (found.ok() for found in described.get_all_operations()):
        there = next((THERE[root] for root in THERE if operation.path.startswith(root)), [])

        @SETTINGS
        @given(case=operation.as_strategy(generation_mode=mode), place=st.sampled_from([None, *there]), accept=ACCEPT)
        def holds(case: Any, place: dict[str, str] | None, accept: str | None) -> None:
            asked[case.operation.label] = asked.get(case.operation.label, 0) + 1
            if place:
                case.path_parameters = place
            headers = {"Accept": accept} if accept else None
            case.call_and_validate(checks=CHECKS, timeout=PATIENCE, headers=headers)

        try:
            holds()
        except Unsatisfiable:  # a route without parameters: nothing that is sent to it is wrong
            assert mode is GenerationMode.NEGATIVE
        except FailureGroup as group:
            wrong += [f"{operation.label}: {error}" for error in group.exceptions]
        except Failure as error:
            wrong.append(f"{operation.label}: {error}")
    assert len(asked) >= (15 if mode is GenerationMode.POSITIVE else 7)
    assert not wrong, "\n\n".join(wrong)
