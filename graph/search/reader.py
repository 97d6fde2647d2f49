"""Asking the search index: from a text that somebody typed to the things it may mean, best first."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, Literal, TypeAlias
from urllib.parse import unquote

from rapidfuzz import process
from rapidfuzz.distance import OSA

from graph.index_file import IndexFile
from graph.search.folding import alphabets, folded, plain
from graph.search.index import FORMAT, joined, slug_of
from graph.search.misspelling import MOST, lookups, slips
from ontology.terms import ID

MAX_QUERY: Final = 200
"""A query is cut to so many characters, and to its first `MAX_WORDS` words where words are looked up one by one."""
MAX_WORDS: Final = 10

CANDIDATES: Final = 400
"""So many labels are taken from the index at each step, those of the best known things first."""
ENOUGH: Final = 3
"""Misspellings are looked for when fewer things than this were found without."""
NEAR: Final = 0.5
"""A slug is near when so much of it is as in the other; 1 is all."""
SUGGESTIONS: Final = 24
"""So many known words are tried for one misspelled word."""

How: TypeAlias = Literal["exact", "folded", "transliterated", "prefix", "word", "typo", "part"]

HOW: Final[Mapping[How, str]] = {
    "exact": "is what you typed",
    "folded": "is another spelling of what you typed",
    "transliterated": "is what you typed, in another alphabet",
    "prefix": "begins with what you typed",
    "word": "has all your words, or words that begin with them",
    "typo": "is close to what you typed",
    "part": "has some of your words",
}
"""Why a label matched, to go on after the label; a text that matches in several ways is given the first of them."""


@dataclass(frozen=True)
class Match:
    """The label by which a thing was found; `lang` is None where it has no language."""

    label: str
    lang: str | None
    how: How

    @property
    def why(self) -> str:
        """The match in words, such as `"Зеленський" is what you typed, in another alphabet`."""
        return f'"{self.label}" {HOW[self.how]}'


@dataclass(frozen=True)
class Hit:
    """A thing that was found.

    `label` is its name in the language asked for, which need not be the one that matched; `types` are IRIs, most
    specific first, without those that others imply; `score` is above 0 and at most 1.
    """

    iri: str
    label: str
    types: tuple[str, ...]
    score: float
    matched: Match


@dataclass(frozen=True)
class Results:
    """One page of hits.

    `query` is what was looked for: without spaces around it, and cut to `MAX_QUERY` characters. `total` counts the
    things that can be paged to; where not `total_exact`, still more match, less well known ones, and only a narrower
    query shows them. `truncated`: these hits are not all that match.
    """

    query: str
    hits: tuple[Hit, ...]
    total: int
    total_exact: bool
    truncated: bool


@dataclass(frozen=True)
class _Asked:
    text: str

    @cached_property
    def plain(self) -> str:
        return plain(self.text)

    @cached_property
    def folded(self) -> str:
        return folded(self.plain)

    @cached_property
    def joined(self) -> str:
        return joined(self.folded)

    @cached_property
    def words(self) -> tuple[tuple[str, str], ...]:
        """Each word once, as (plain, folded)."""
        return tuple(dict.fromkeys(zip(self.plain.split(), self.folded.split(), strict=True)))[:MAX_WORDS]

    @cached_property
    def alphabets(self) -> frozenset[str]:
        return alphabets(self.plain)


_Row: TypeAlias = tuple[int, int, int, str | None, str, str, str, str]
_COLUMNS: Final = "label.id, label.thing, label.kind, label.lang, label.text, label.plain, label.folded, label.joined"


@dataclass(frozen=True)
class _Found:
    """The best match of a thing so far: better is a higher score, then a better kind of label, then an earlier one."""

    score: float
    kind: int
    label: int
    match: Match

    @property
    def rank(self) -> tuple[float, int, int]:
        return -self.score, self.kind, self.label


class Search(IndexFile):
    """The search index of a snapshot, open for reading; any number of threads may ask at once.

    Raises:
        DamagedSnapshot: there is no index, or one of another version of this program.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, FORMAT, "search index")

    def find(
        self, query: str, types: Sequence[str] = (), limit: int = 10, offset: int = 0, lang: str = "en"
    ) -> Results:
        """Find things by any of their names, in any spelling, alphabet or order of words.

        A label that is the query comes first, then other spellings of it, labels that begin with it, labels with all
        its words, and, where fewer than `ENOUGH` things were found so far, misspellings; if nothing was found at all,
        labels with some of its words. Within each, what more claims and relations speak of comes first, then the
        lower IRI.

        Args:
            query: any text; only letters and digits count, of at most `MAX_QUERY` characters.
            types: IRIs of classes; only things of at least one of these or of their subclasses. None: all things.
            limit: how many hits at most.
            offset: how many to pass over; the order is the same on every page.
            lang: the language of the hits' labels. Without a preferred label in it, the first other one in it is
                taken; without any, the English preferred label, then whatever there is.
        """
        asked = _Asked(query.strip()[:MAX_QUERY].strip())
        with self.asked() as database:
            found, whole = _Candidates(database, asked, types).found()
            order = sorted(found.items(), key=lambda item: (-item[1].score, item[0]))
            page = order[max(offset, 0) : max(offset, 0) + max(limit, 0)]
            hits = tuple(_hit(database, thing, match, lang) for thing, match in page)
        return Results(asked.text, hits, len(order), whole, not whole or len(hits) < len(order))

    def near(self, name: str, most: int = 3) -> list[str]:
        """Slugs of things whose slug or label is nearest to a mistyped slug or IRI, best first; none if none is near.

        For what to say when nothing is known about an IRI: `id:zelenskiy` gives zelensky, zelensky-aides.

        Args:
            name: a slug, a prefixed name or a whole IRI, as it was typed; percent-encoding is undone.
            most: how many at most.
        """
        slug = slug_of(unquote(name.strip()[: 2 * MAX_QUERY].strip("<>"))).rpartition(":")[2]
        asked = _Asked(slug[:MAX_QUERY])
        with self.asked() as database:
            scores: dict[int, float] = {}
            for thing, iri in _slugs(database, asked):
                other = folded(plain(slug_of(iri)))
                inside = set(asked.folded.split()) <= set(other.split())
                alike = OSA.normalized_similarity(asked.joined, joined(other))
                scores[thing] = max(alike, 0.6 if inside else 0.0)
            found, _ = _Candidates(database, asked, ()).found(partly=False)
            for thing, best in found.items():
                if best.match.how in ("exact", "folded", "transliterated", "typo"):
                    scores[thing] = max(scores.get(thing, 0.0), best.score)
            nearest = sorted((-score, thing) for thing, score in scores.items() if score >= NEAR)
            iris = [database.execute("SELECT iri FROM thing WHERE id = ?", (at,)).fetchone()[0] for _, at in nearest]
            ours = [slug_of(iri) for iri in iris if iri.startswith(str(ID))]
        return ours[: max(most, 0)]


class _Candidates:
    """What one query finds: the steps from the index to scored things."""

    def __init__(self, database: sqlite3.Connection, asked: _Asked, types: Sequence[str]) -> None:
        self._database = database
        self._asked = asked
        self._typed = bool(types)
        places = ", ".join("?" * len(types))
        known = database.execute(f"SELECT id FROM kind WHERE iri IN ({places}) ORDER BY id", tuple(types))  # noqa: S608
        self._kinds = [kind for (kind,) in known]
        self._best: dict[int, _Found] = {}
        self._whole = True

    def found(self, *, partly: bool = True) -> tuple[dict[int, _Found], bool]:
        """The best match of each thing found, by the thing's number, and whether these are all."""
        if not self._asked.words or (self._typed and not self._kinds):
            return {}, True
        self._take(self._beginning())
        self._take(self._matching(_all_of([_whole(word)] for word in self._asked.words)))
        self._take(self._matching(_all_of([_prefix(word)] for word in self._asked.words)))
        if len(self._best) < ENOUGH:
            self._take_misspelled()
        if not self._best and partly and len(self._asked.words) > 1:
            self._take_parts()
        return self._best, self._whole

    def _take_misspelled(self) -> None:
        """Labels with words nearby; a known word beside an unknown one is at first taken as it stands."""
        words = [word for _, word in self._asked.words]
        unknown = [word for word in words if not _known(self._database, word)]
        near: dict[str, dict[str, int]] = {}
        for doubted in filter(None, (unknown, words)):
            near.update({word: _near(self._database, word) for word in doubted if word not in near})
            if any(near.values()):
                meant = [near.get(word, {}) for word in words]
                ways = zip(self._asked.words, meant, strict=True)
                self._take(
                    self._matching(_all_of([_prefix(word), *map(_term, sorted(also))] for word, also in ways)), meant
                )
            if self._best:
                break

    def _beginning(self) -> list[_Row]:
        """Labels that are the query or begin with it, spaces aside; the former first."""
        query = f"""
            SELECT {_COLUMNS} FROM (
                SELECT id FROM label INDEXED BY label_joined WHERE joined >= ? AND joined < ? AND joined <> ''
                ORDER BY joined, id LIMIT {CANDIDATES}
            ) AS near JOIN label USING (id)"""  # noqa: S608
        rows = self._rows(query, self._asked.joined, self._asked.joined + "\U0010ffff")
        if not self._kinds:
            return rows
        inside = ", ".join(map(str, self._kinds))
        belongs = f"SELECT 1 FROM of WHERE thing = ? AND kind IN ({inside})"  # noqa: S608
        return [row for row in rows if self._database.execute(belongs, (row[1],)).fetchone()]

    def _matching(self, expression: str) -> list[_Row]:
        """Labels that a full-text expression finds, those of the heaviest things first."""
        if self._kinds:
            kinds = " OR ".join(f"k{kind}" for kind in self._kinds)
            expression = f"({expression}) AND kinds : ({kinds})"
        query = f"""
            SELECT {_COLUMNS} FROM (
                SELECT rowid AS id FROM names WHERE names MATCH ? ORDER BY rowid LIMIT {CANDIDATES}
            ) AS near JOIN label USING (id) ORDER BY id"""  # noqa: S608
        return self._rows(query, expression)

    def _rows(self, query: str, *values: str) -> list[_Row]:
        rows: list[_Row] = self._database.execute(query, values).fetchall()
        self._whole &= len(rows) < CANDIDATES
        return rows

    def _take(self, rows: Iterable[_Row], meant: Sequence[Mapping[str, int]] = ()) -> None:
        for row in rows:
            if scored := _scored(self._asked, row, meant):
                self._keep(row, *scored)

    def _take_parts(self) -> None:
        """Labels with some of the words: a rare word says more than a common one, and a whole name more than a part."""
        found = {word: self._matching(_whole(word)) for word in self._asked.words}
        telling = {word: 1 / len(rows) for word, rows in found.items() if rows}
        rows = {row[0]: row for matching in found.values() for row in matching}
        shares = dict.fromkeys(rows, 0.0)
        for word, matching in found.items():
            for row in matching:
                shares[row[0]] += telling[word]
        for label, share in shares.items():
            known = sum(rows[label] in matching for matching in found.values())
            whole = min(known / len(plain(rows[label][4]).split() or [""]), 1.0)
            self._keep(rows[label], round(0.3 * (share / sum(telling.values()) + whole) / 2, 4), "part")

    def _keep(self, row: _Row, score: float, how: How) -> None:
        label, thing, kind, lang, text, *_ = row
        new = _Found(score, kind, label, Match(text, lang, how))
        if thing not in self._best or new.rank < self._best[thing].rank:
            self._best[thing] = new


# --- full-text expressions; words are letters and digits only, so quotes cannot end early


def _term(word: str) -> str:
    return f'folded : "{word}"'


def _whole(word: tuple[str, str]) -> str:
    return f'{{plain folded}} : ("{word[0]}" OR "{word[1]}")'


def _prefix(word: tuple[str, str]) -> str:
    # a beginning folds differently from the whole where it cuts a digraph: "Y" of "Yermak"
    return f'plain : "{word[0]}"* OR folded : "{word[1]}"*'


def _all_of(words: Iterable[Iterable[str]]) -> str:
    return " AND ".join(f"({' OR '.join(ways)})" for ways in words)


# --- misspellings


def _known(database: sqlite3.Connection, word: str) -> bool:
    found = database.execute("SELECT rowid FROM names WHERE names MATCH ? LIMIT 1", (f'folded : "{word}"*',))
    return found.fetchone() is not None


def _near(database: sqlite3.Connection, asked: str) -> dict[str, int]:
    """Words of the index that a misspelled one may stand for, with the number of slips between."""
    keys = sorted(set(lookups(asked)))
    places = ", ".join("?" * len(keys))
    rows = database.execute(f"SELECT word, rank FROM slip WHERE key IN ({places})", keys) if keys else ()  # noqa: S608
    ranks: dict[str, int] = dict(rows)
    alike = process.extract_iter(asked, list(ranks), scorer=OSA.distance, score_cutoff=MOST)
    near = sorted((distance, ranks[word], word) for word, *_ in alike if (distance := slips(asked, word)) is not None)
    return {word: distance for distance, _, word in near[:SUGGESTIONS] if distance}


# --- scoring


def _scored(asked: _Asked, row: _Row, meant: Sequence[Mapping[str, int]]) -> tuple[float, How] | None:
    """How well a label answers, and how; None where only the index thought so."""
    _, _, _, _, text, whole, skeleton, together = row
    if text == asked.text:
        return 1.0, "exact"
    if whole == asked.plain:
        return 0.98, "exact"
    if together == asked.joined:
        same = not asked.alphabets or not asked.alphabets.isdisjoint(alphabets(whole))
        return 0.95, "folded" if same else "transliterated"
    if whole.startswith(asked.plain):
        return 0.86, "prefix"
    if together.startswith(asked.joined):
        return 0.85, "prefix"
    return _words_scored(asked, whole.split(), skeleton.split(), meant)


def _words_scored(
    asked: _Asked, whole: list[str], skeleton: list[str], meant: Sequence[Mapping[str, int]]
) -> tuple[float, How] | None:
    """Give every word asked for a word of the label of its own, the nearest that is left."""
    left = list(zip(whole, skeleton, strict=True))
    every = len(asked.words) == len(left)
    begun = slipped = 0
    for at, (word, key) in enumerate(asked.words):
        costs = [_cost(word, key, other, meant[at] if meant else {}) for other in left]
        best = min((cost for cost in costs if cost), default=None)
        if best is None:
            return None
        del left[costs.index(best)]
        slipped += best[0]
        begun += best[1]
    if slipped:
        return round(max(0.55 - 0.05 * slipped + (0.02 if every else 0), 0.31), 4), "typo"
    if begun:
        return 0.6, "word"
    return (0.75 if every else 0.7), "word"


def _cost(word: str, key: str, other: tuple[str, str], meant: Mapping[str, int]) -> tuple[int, int, int] | None:
    """Slips, whether it is only a beginning, and letters missing; None if the words are unrelated."""
    if other == (word, key) or other[1] == key:
        return 0, 0, 0
    if other[0].startswith(word) or other[1].startswith(key):
        return 0, 1, len(other[0]) - len(word)
    return (meant[other[1]], 0, 0) if other[1] in meant else None


# --- answers


def _hit(database: sqlite3.Connection, thing: int, found: _Found, lang: str) -> Hit:
    iri, types = database.execute("SELECT iri, types FROM thing WHERE id = ?", (thing,)).fetchone()
    rows = database.execute("SELECT kind, lang, text FROM label WHERE thing = ? ORDER BY id", (thing,)).fetchall()
    label = min(rows, key=lambda row: (_preference(row[0], row[1], lang.lower()), row[2]))[2]
    return Hit(iri, label, tuple(types.split()), found.score, found.match)


def _preference(kind: int, tag: str | None, lang: str) -> int:
    """Which label to show, the lowest first; kinds as in `index.KINDS`."""
    language = (tag or "").lower().partition("-")[0]
    name = ("preferred", "other", "label", "family", "hidden")[kind]
    order = (
        (name == "preferred" and language == lang),
        (name == "other" and language == lang),
        (name == "preferred" and language == "en"),
        (name == "label" and language == lang),
        (name == "label" and language == "en"),
        (name == "preferred" and not language),
        (name == "label" and not language),
        (name == "preferred"),
        (name == "label"),
        (name == "other"),
        (name == "family"),
    )
    return order.index(True) if True in order else len(order)


def _slugs(database: sqlite3.Connection, asked: _Asked) -> list[tuple[int, str]]:
    """Things whose slug has all the words, or else one of them, mistyped or not."""
    query = f"""
        SELECT thing.id, iri FROM (
            SELECT rowid AS id FROM slugs WHERE slugs MATCH ? ORDER BY rowid LIMIT {CANDIDATES}
        ) AS near JOIN thing USING (id)"""  # noqa: S608
    words = [word for _, word in asked.words]
    ways = [" OR ".join([f'"{word}"*', *(f'"{near}"' for near in sorted(_near(database, word)))]) for word in words]
    for expression in (" AND ".join(f"({way})" for way in ways), " OR ".join(ways)):
        rows = database.execute(query, (expression,)).fetchall() if expression else []
        if rows:
            return rows
    return []
