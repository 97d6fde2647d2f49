"""What sheets become: names that last, and one node for what several sheets report."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from graph.curation import data
from graph.errors import InvalidData
from ontology.terms import expand
from tests.graph.conftest import SHEET, Folder

NUMBER: dict[str, Any] = {
    "claimant": "syrskyi",
    "kind": "estimate",
    "channel": "com-tsn-2025-01-19",
    "quantity": {"about": "russian-armed-forces", "measure": "losses", "period": "2021", "value": "5000",
                 "unit": "people", "bound": "exact"},
    "abstract": "Losses in 2021 were 5,000.",
    "passages": [{"mode": "indirect"}],
}  # fmt: skip
POSITION: dict[str, Any] = {
    "claimant": "podolyak",
    "kind": "opinion",
    "said": "2025-01-21",
    "position": {"about": ["russia", "ukraine"]},
    "abstract": "Pressure works.",
    "passages": [{"mode": "indirect"}],
}


def changed(claim: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A claim with other values; `quantity__value` reaches inside."""
    result = {key: dict(value) if isinstance(value, dict) else value for key, value in claim.items()}
    for path, value in changes.items():
        first, _, second = path.partition("__")
        if second:
            result[first][second] = value
        else:
            result[first] = value
    return result


def add(folder: Folder, name: str, *claims: dict[str, Any], **document: Any) -> None:
    """Write a further sheet of an excerpt."""
    about = {"type": "news-article", "label": f"Article {name}", "publisher": "tsn", "date": "2025-01-22",
             "language": "en", "excerpt": "true", **document}  # fmt: skip
    folder.write(
        f"documents/{name}.yaml", json.dumps({"id": name, "document": about, "claims": claims})
    )  # JSON is YAML


def quads(folder: Folder) -> set[Quad]:
    return set(data.curated(folder.path).quads)


def objects(graph: set[Quad], subject: NamedNode, predicate: str) -> set[str]:
    return {
        quad.object.value for quad in graph if quad.subject == subject and quad.predicate.value == expand(predicate)
    }


def subjects(graph: set[Quad], predicate: str, value: str | NamedNode) -> set[NamedNode]:
    node = value if isinstance(value, NamedNode) else NamedNode(expand(value))
    return {quad.subject for quad in graph if quad.predicate.value == expand(predicate) and quad.object == node}


def claim_of(folder: Folder, name: str) -> NamedNode:
    """The one claim that a sheet reports."""
    graph = quads(folder)
    passages = subjects(graph, "sit:inDocument", f"doc:{name}")
    (claim,) = {
        quad.object for quad in graph if quad.subject in passages and quad.predicate.value == expand("sit:carries")
    }
    assert isinstance(claim, NamedNode)
    return claim


def name_of(folder: Folder, claim: dict[str, Any]) -> str:
    add(folder, "second", claim)
    return claim_of(folder, "second").value


def test_reading_twice_gives_the_same_quads(folder: Folder) -> None:
    assert data.curated(folder.path).quads == data.curated(folder.path).quads


def test_names_do_not_depend_on_where_the_folder_lies(folder: Folder, tmp_path: Path) -> None:
    before = quads(folder)
    folder.path = folder.path.rename(tmp_path / "elsewhere")
    assert quads(folder) == before


@pytest.mark.parametrize(
    "change",
    [
        {"quantity__bound": "at-least"},
        {"kind": "fact"},
        {"abstract": "In other words."},
        {"abstract": None},
        {"name": "a-name"},
        {"passages": [{"mode": "direct-quote", "bound": "approx", "confidence": "0.5"}]},
        {"passages": [{"mode": "direct-quote"}, {"mode": "headline", "page": "3"}]},
        {"quantity__value": "5,000"},
    ],
    ids=str,
)
def test_a_claim_keeps_its_name_when_its_wording_changes(change: dict[str, Any], folder: Folder) -> None:
    other = {key: value for key, value in changed(NUMBER, **change).items() if value is not None}
    assert name_of(folder, NUMBER) == name_of(folder, other)


@pytest.mark.parametrize(
    "change",
    [
        {"quantity__value": "5001"},
        {"quantity__value": "5000.0"},  # printed otherwise
        {"quantity__measure": "killed"},
        {"quantity__period": "2020"},
        {"quantity__about": "armed-forces-of-ukraine"},
        {"quantity__place": "donetsk-oblast"},
        {"claimant": "podolyak"},
        {"claimant": ["syrskyi", "podolyak"]},
        {"channel": "com-sybiha-x"},
    ],
    ids=str,
)
def test_a_claim_has_another_name_when_it_says_something_else(change: dict[str, Any], folder: Folder) -> None:
    assert name_of(folder, NUMBER) != name_of(folder, changed(NUMBER, **change))


def test_a_claim_has_another_name_when_it_counts_other_items(folder: Folder) -> None:
    things = changed(NUMBER, quantity__measure="equipment-losses", quantity__unit="items")
    names = {name_of(folder, things)} | {
        name_of(folder, changed(things, quantity__item=item)) for item in ("w-tank", "w-uav")
    }
    assert len(names) == 3


def test_the_order_of_claimants_does_not_matter(folder: Folder) -> None:
    names = [{"claimant": ["syrskyi", "podolyak"]}, {"claimant": ["podolyak", "syrskyi"]}]
    first, second = (name_of(folder, changed(NUMBER, **change)) for change in names)
    assert first.rsplit("-", 1)[1] == second.rsplit("-", 1)[1]
    assert first == second


def test_names_of_measurands_do_not_depend_on_the_claim(folder: Folder) -> None:
    add(folder, "second", NUMBER, changed(NUMBER, claimant="podolyak", quantity__value="7"))
    graph = quads(folder)
    (measurand,) = {
        quad.object for quad in graph if quad.predicate.value == expand("sit:measurand") and "2021" in quad.object.value
    }
    assert len({quad.subject for quad in graph if quad.object == measurand}) == 2


def test_two_sheets_that_report_one_claim_share_it(folder: Folder) -> None:
    weaker = changed(
        NUMBER, quantity__bound="exact", passages=[{"mode": "headline"}, {"mode": "indirect", "page": "2"}]
    )
    quoted = changed(
        NUMBER, kind="fact", abstract="Heard.", quantity__bound="at-least", passages=[{"mode": "direct-quote"}]
    )
    for first, second in itertools.permutations((weaker, quoted)):
        add(folder, "first", first)
        add(folder, "second", second)
        graph = quads(folder)
        claim = claim_of(folder, "first")
        assert claim == claim_of(folder, "second")
        assert len(subjects(graph, "sit:carries", claim)) == 3
        # the most direct report decides
        assert objects(graph, claim, "sit:bound") == {expand("voc:at-least")}
        assert objects(graph, claim, "sit:kind") == {expand("voc:fact")}
        assert objects(graph, claim, "schema:abstract") == {"Heard."}
        assert objects(graph, claim, "sit:low") == {"5000.0"}
        assert objects(graph, claim, "sit:high") == set()


def test_of_reports_that_are_equally_direct_the_first_sheet_decides(folder: Folder) -> None:
    add(folder, "b", changed(NUMBER, abstract="B."))
    add(folder, "a", changed(NUMBER, abstract="A."))
    assert objects(quads(folder), claim_of(folder, "a"), "schema:abstract") == {"A."}


def test_one_number_on_two_occasions_is_two_claims(folder: Folder) -> None:
    add(folder, "first", NUMBER)
    add(folder, "second", changed(NUMBER, channel="com-sybiha-x"))
    assert claim_of(folder, "first") != claim_of(folder, "second")


def test_a_denial_is_not_what_it_denies(folder: Folder) -> None:
    said = {"claimant": "russia", "kind": "fact", "said": "2025-01-21", "passages": [{"mode": "indirect"}],
            "relation": {"subject": "armed-forces-of-ukraine", "predicate": "operates", "object": "uav"}}  # fmt: skip
    assert name_of(folder, said) != name_of(folder, changed(said, kind="denial"))
    assert name_of(folder, said) == name_of(folder, changed(said, kind="estimate"))


def test_positions_merge_by_their_key_alone(folder: Folder) -> None:
    add(folder, "first", changed(POSITION, key="pressure-works"))
    add(folder, "second", changed(POSITION, key="pressure-works", position={"about": "russia"}, abstract="Otherwise."))
    add(folder, "third", POSITION)
    add(folder, "fourth", POSITION)
    add(folder, "fifth", changed(POSITION, key="something-else"))
    names = [claim_of(folder, name) for name in ("first", "second", "third", "fourth", "fifth")]
    assert names[0] == names[1]
    assert len(set(names)) == 4


def test_two_positions_of_one_sheet_need_a_key(folder: Folder) -> None:
    add(folder, "second", POSITION, POSITION)
    with pytest.raises(InvalidData, match="give each a `key` of its own, or make them one claim with two passages"):
        quads(folder)
    add(folder, "second", changed(POSITION, key="one"), changed(POSITION, key="two"))
    quads(folder)


def test_a_sheet_that_goes_leaves_nothing_behind(folder: Folder) -> None:
    before = quads(folder)
    add(folder, "second", NUMBER, changed(POSITION, key="k"), changed(NUMBER, quantity__period="2020"))
    assert quads(folder) > before
    (folder.path / "documents/second.yaml").unlink()
    assert quads(folder) == before


def test_a_sheet_that_goes_takes_only_its_own_passages(folder: Folder) -> None:
    add(folder, "first", NUMBER)
    before = quads(folder)
    add(folder, "second", changed(NUMBER, passages=[{"mode": "headline"}]))
    (folder.path / "documents/second.yaml").unlink()
    assert quads(folder) == before


def test_every_passage_claim_and_measurand_belongs_to_something(folder: Folder) -> None:
    add(folder, "second", NUMBER, POSITION)
    graph = quads(folder)
    carried = {quad.object for quad in graph if quad.predicate.value == expand("sit:carries")}
    assert carried == subjects(graph, "rdf:type", "sit:Claim")
    used = {quad.object for quad in graph if "/measurand/" in quad.object.value}
    assert used == subjects(graph, "rdf:type", "sit:Measurand")


def test_an_interview_that_another_sheet_declares_dates_the_claim(folder: Folder) -> None:
    add(folder, "second", NUMBER)
    assert objects(quads(folder), claim_of(folder, "second"), "schema:dateCreated") == {"2025-01-19"}


def test_a_claim_revises_one_of_another_sheet(folder: Folder) -> None:
    add(folder, "first", changed(NUMBER, name="early"))
    add(folder, "second", changed(NUMBER, quantity__value="5100", revises="first#early"))
    graph = quads(folder)
    revised = objects(graph, claim_of(folder, "second"), "prov:wasRevisionOf")
    assert revised == {claim_of(folder, "first").value}


def test_a_range_of_doubt_is_the_limits(folder: Folder) -> None:
    doubt = changed(NUMBER)
    del doubt["quantity"]["value"]
    doubt["quantity"] |= {"min": "100", "max": "150"}
    add(folder, "second", doubt)
    graph, claim = quads(folder), claim_of(folder, "second")
    assert objects(graph, claim, "sit:low") == {"100.0"}
    assert objects(graph, claim, "sit:high") == {"150.0"}
    assert objects(graph, claim, "schema:value") == set()


@pytest.mark.parametrize(
    ("row", "stored"),
    [("12", Literal(12)), ("0", Literal(0)), ("2025-01-19", Literal("2025-01-19")), ("\u00b2", Literal("\u00b2"))],
)
def test_a_row_is_a_number_or_a_key(row: str, stored: Literal, folder: Folder) -> None:
    add(folder, "second", changed(NUMBER, passages=[{"mode": "table", "row": row}]), type="dataset")
    rows = {quad.object for quad in quads(folder) if quad.predicate.value == expand("sit:row")}
    assert rows == {stored}


def test_the_sheet_of_the_first_document_is_not_touched_by_others(folder: Folder) -> None:
    mine = {quad for quad in quads(folder) if "21b468746adfc9bb" in quad.subject.value}
    add(folder, "second", NUMBER, POSITION)
    assert mine == {quad for quad in quads(folder) if "21b468746adfc9bb" in quad.subject.value}
    assert (folder.path / SHEET).is_file()
