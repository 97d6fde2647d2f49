"""What is asked: queries as this graph's users ask them, drawn as skewed as real traffic is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from random import Random
from urllib.parse import urlencode

from bench.generate import Skewed
from ontology.terms import PREFIXES

QUERIES = Path(__file__).parent / "queries"
KINDS = {"person": 100, "event": 6, "weapon": 500}  # claims for each of them; see bench.generate


@dataclass(frozen=True)
class Template:
    """One query with places for names: what it asks, and its share of the traffic."""

    name: str
    says: str
    weight: float
    text: str


def templates() -> list[Template]:
    """Every query of bench/queries, in the order of their shares."""
    found = []
    for path in sorted(QUERIES.glob("*.rq")):
        says, weight, text = path.read_text("utf-8").split("\n", 2)
        found.append(Template(path.stem, says.removeprefix("# "), float(weight.removeprefix("# weight ")), text))
    return sorted(found, key=lambda template: (-template.weight, template.name))


class Traffic:
    """Draws requests: the k-th most popular thing has a share of about 1/k, as popular things have in the data."""

    def __init__(self, claims: int, seed: int = 2) -> None:
        self._random = Random(seed)
        self._things = {
            kind: Skewed(self._random, [f"id:bench-{kind}-{n}" for n in range(max(20, claims // share))])
            for kind, share in KINDS.items()
        }
        self._templates = templates()

    def mix(self, count: int) -> list[str]:
        """Requests over all queries, by their shares."""
        weights = [template.weight for template in self._templates]
        return [self._filled(template) for template in self._random.choices(self._templates, weights, k=count)]

    def of(self, name: str, count: int) -> list[str]:
        """Requests of one query."""
        template = next(template for template in self._templates if template.name == name)
        return [self._filled(template) for _ in range(count)]

    def _filled(self, template: Template) -> str:
        text = template.text
        for kind, things in self._things.items():
            text = text.replace(f"${kind}", things.draw())
        text = text.replace("$thing", self._things[self._random.choice(list(KINDS))].draw())
        text = text.replace("$text", self._random.choice(("bako", "lami", "tor", "syl", "nopa", "veko")))
        text = text.replace("$month", f"2023-{self._random.randint(1, 12):02}")
        used = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items() if f"{name}:" in text)
        return urlencode({"query": used + text})
