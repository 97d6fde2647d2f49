"""The Turtle files: lines, names and terms of office."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.curation import reference
from graph.curation.reference import Declared, Turtle
from graph.errors import InvalidData
from ontology.terms import PREFIXES, expand

HEAD = """@prefix sit: <https://w3id.org/sitrep/ont#> .
PREFIX id: <https://w3id.org/sitrep/id/>
@prefix org: <http://www.w3.org/ns/org#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix schema: <https://schema.org/> .
"""
ID = PREFIXES["id"]


def turtle(body: str, tmp_path: Path) -> Turtle:
    path = tmp_path / "reference.ttl"
    path.write_text(HEAD + body, encoding="utf-8")
    return Turtle(path, "reference.ttl")


def found(body: str, tmp_path: Path) -> list[str]:
    read = turtle(body, tmp_path)
    things = {thing.iri: thing for thing in read.declared()}
    return [violation.message for violation in reference.violations([read], things)]


def terms(tmp_path: Path, *dates: tuple[str | None, str | None], seats: int = 1) -> list[str]:
    body = f"id:post a org:Post ; sit:seats {seats} .\n"
    for n, (start, end) in enumerate(dates):
        said = "".join(
            f' ; schema:{edge}Date "{day}"^^xsd:date' for edge, day in (("start", start), ("end", end)) if day
        )
        body += f"id:mb-{n} a org:Membership ; sit:post id:post{said} .\n"
    return [message for message in found(body, tmp_path) if "overlap" in message]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("2020-01-01", "2024-01-01"), ("2024-01-01", "2028-01-01")),  # only the day of the change
        (("2020-01-01", "2024-01-01"), ("2024-01-02", None)),
        ((None, "2024-01-01"), ("2024-01-01", None)),
        ((None, "2024-01-01"), (None, "2028-01-01")),  # an unknown start tells nothing
        ((None, "2024-01-01"), (None, None)),
        (("2024-01-01", "2024-01-01"), ("2024-01-01", None)),  # in office for a day
    ],
)
def test_terms_that_may_follow_each_other_do_not_overlap(
    first: tuple[str | None, str | None], second: tuple[str | None, str | None], tmp_path: Path
) -> None:
    assert terms(tmp_path, first, second) == []
    assert terms(tmp_path, second, first) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("2020-01-01", "2024-01-02"), ("2024-01-01", "2028-01-01")),
        (("2020-01-01", None), ("2024-01-01", None)),  # no end known is no end
        (("2020-01-01", None), ("2024-01-01", "2028-01-01")),
        (("2020-01-01", "2028-01-01"), ("2022-01-01", "2023-01-01")),
        ((None, None), ("2024-01-01", None)),
        ((None, None), (None, None)),
        (("2020-01-01", "2024-01-01"), ("2020-01-01", "2024-01-01")),
    ],
)
def test_terms_that_run_at_once_overlap(
    first: tuple[str | None, str | None], second: tuple[str | None, str | None], tmp_path: Path
) -> None:
    for pair in ((first, second), (second, first)):
        assert terms(tmp_path, *pair) == [
            "id:post has one seat, but the terms id:mb-0 and id:mb-1 overlap; "
            "correct a date, or give the earlier one its end"
        ]


def test_an_office_with_two_seats_has_no_overlap(tmp_path: Path) -> None:
    assert terms(tmp_path, ("2020-01-01", None), ("2020-01-01", None), seats=2) == []


def test_lines_are_those_of_subjects_however_they_are_written(tmp_path: Path) -> None:
    first = HEAD.count("\n") + 1
    read = turtle(
        '# id:a stands in a comment\n\n  id:b org:member id:a ; schema:name "id:c. id:a",\n "x" . id:a a org:Post.\n'
        "<https://w3id.org/sitrep/id/c>\n a org:Post .\n"
        'id:d schema:name """three\nlines . id:c\n""" . id:e a org:Post .\n',
        tmp_path,
    )
    lines = {name: read.line(ID + name) - first for name in "abcde"}
    assert lines == {"b": 2, "a": 3, "c": 4, "d": 6, "e": 8}
    assert read.mentions(ID + "a") == [first + 2, first + 3]
    assert read.line(ID + "nowhere") == 0


def test_every_subject_with_a_class_is_declared(tmp_path: Path) -> None:
    read = turtle("id:a a org:Post, org:Organization .\nid:b org:member id:a .\n", tmp_path)
    (declared,) = read.declared()
    line = HEAD.count("\n") + 1
    assert declared == Declared(
        ID + "a", frozenset({expand("org:Post"), expand("org:Organization")}), "reference.ttl", line
    )


def test_a_file_that_is_not_utf_8_is_reported_at_the_line(tmp_path: Path) -> None:
    path = tmp_path / "reference.ttl"
    path.write_bytes(HEAD.encode() + b'id:a schema:name "\xff" .\n')
    with pytest.raises(InvalidData, match="not UTF-8; save the file as UTF-8") as error:
        Turtle(path, "reference.ttl")
    assert error.value.violations[0].line == HEAD.count("\n") + 1


def test_a_class_that_is_unknown_is_said_once(tmp_path: Path) -> None:
    (message,) = found("id:a a sit:Wepon ; sit:weaponCategory <https://w3id.org/sitrep/voc/w-tank> .\n", tmp_path)
    assert message.startswith("unknown term 'sit:Wepon'")
