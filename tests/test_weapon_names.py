"""Weapon systems are found by the names that public tables of attacks and of losses write."""

from __future__ import annotations

import csv
import os
import re
from collections import Counter
from pathlib import Path

import pytest
from pyoxigraph import Literal, Store

from ontology.terms import PREFIXES

TABLES = os.environ.get("SITREP_TABLES")
needs_tables = pytest.mark.skipif(not TABLES, reason="SITREP_TABLES names no folder of public tables")

# As the tables and news texts write them: in Latin letters that look Cyrillic, in Cyrillic, and lumped together.
NAMES = {
    "X-101": "kh-101",
    "Х-101": "kh-101",
    "Kh-101": "kh-101",
    "X-101/X-555": "kh-101-or-kh-555",
    "C-300": "s-300",
    "С-300": "s-300",
    "S-300": "s-300",
    "C-300/C-400": "s-300-or-s-400",
    "Shahed-136/131": "shahed",
    "Шахед": "shahed",
    "Geran-2": "shahed-136",
    "Герань-2": "shahed-136",
    "Iskander-M": "iskander-m",
    "Іскандер-М": "iskander-m",
    "Искандер-М": "iskander-m",
    "SS-26 Stone": "iskander-m",
    "Iskander-M/KN-23": "iskander-m-or-kn-23",
    "X-47 Kinzhal": "kinzhal",
    "X-47M2 Kinzhal": "kinzhal",
    "Кинджал": "kinzhal",
    "Калібр": "kalibr",
    "3M22 Zircon": "zircon",
    "P-800 Oniks": "oniks",
    "X-59/X-69": "kh-59-or-kh-69",
    "Молнія": "molniya",
    "Lancet": "lancet",
    "Supercam S350": "supercam",
    "Unknown UAV": "uav",
    "Reconnaissance UAV": "reconnaissance-uav",
    "GBU": "guided-bomb",
    "SCALP": "storm-shadow",
    "M142 HIMARS": "himars",
    "155mm M777A2 howitzer": "m777",
    "MT-LB": "mt-lb",
    "T-72B3 Obr. 2016": "t-72b3-obr-2016",
}


def systems(store: Store) -> dict[str, set[str]]:
    """Slugs of weapon systems by name, in lower case."""
    found: dict[str, set[str]] = {}
    names = "SELECT ?w ?name { ?w a sit:WeaponSystem ; skos:prefLabel|skos:altLabel|skos:hiddenLabel ?name }"
    for weapon, name in store.query(names, prefixes=PREFIXES):  # type: ignore[union-attr]
        assert isinstance(name, Literal)
        found.setdefault(name.value.casefold(), set()).add(weapon.value.rsplit("/", 1)[-1])
    return found


@pytest.mark.parametrize(("name", "slug"), NAMES.items())
def test_a_name_leads_to_one_system(curated: Store, name: str, slug: str) -> None:
    assert systems(curated).get(name.casefold()) == {slug}


@needs_tables
def test_nearly_all_that_was_launched_has_a_system(curated: Store) -> None:
    """Of the rows of the table of attacks; a row of several models counts as known when every model is."""
    known = systems(curated)
    rows: Counter[bool] = Counter()
    missing: Counter[str] = Counter()
    for path in sorted(Path(TABLES or "").glob("attacks-*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                unknown = [m for m in row["model"].split(" and ") if m.casefold() not in known]
                rows[not unknown] += 1
                missing.update(unknown)
    assert rows[True] >= 0.99 * rows.total(), missing.most_common(20)


@needs_tables
def test_the_frequent_systems_of_the_losses_are_known(curated: Store) -> None:
    """Named at least 40 times in the four tables of Oryx; a number before a name is the table's own slip."""
    known = systems(curated)
    seen: Counter[str] = Counter()
    for path in sorted(Path(TABLES or "").glob("oryx-*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            seen.update(re.sub(r"^[0-9]{1,4} (?=[A-Z])", "", row["system"]) for row in csv.DictReader(file))
    vague = re.compile(r"unknown|truck|vehicle$", re.IGNORECASE)
    frequent = [name for name, n in seen.most_common() if n >= 40 and not vague.search(name)]
    unknown = [name for name in frequent if name.casefold() not in known]
    assert len(unknown) <= 0.1 * len(frequent), unknown
