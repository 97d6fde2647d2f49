"""What the command line shows: tables, an entity's card, progress."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from pyoxigraph import Literal, NamedNode
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.progress import BarColumn, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars
from rich.table import Table
from rich.text import Text

from graph import wording
from graph.build import Notice, Progress
from graph.claims import Claim, Passage, Placed
from graph.entities import Entity
from graph.errors import QuerySyntaxError
from graph.identity import local_name
from graph.importers.importer import Importer, Summary
from graph.importers.rows import Progress as ReadingProgress
from graph.naming import Thing
from graph.paging import Page
from graph.relations import Relation
from graph.store import Row, Term
from ontology.terms import BASE, compact

# Files and pipes have no width: nothing is folded there, so that grep and diff see whole lines.
_NO_WIDTH = 100_000


def console(stderr: bool = False) -> Console:
    """A console as wide as the terminal; without a terminal, as wide as any line."""
    stream = sys.stderr if stderr else sys.stdout
    return Console(stderr=stderr, highlight=False, width=None if stream.isatty() else _NO_WIDTH)


def show(what: RenderableType) -> None:
    """Print on standard output; into a file or a pipe without colours and without blanks at the end of lines."""
    screen = console()
    if screen.is_terminal:
        screen.print(what)
        return
    with screen.capture() as printed:
        screen.print(what)
    sys.stdout.write("".join(f"{line.rstrip()}\n" for line in printed.get().splitlines()))


def counted(count: int, what: str) -> str:
    """A number with its noun: `1 claim`, `1,204 claims`."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def pointed(query: str, error: QuerySyntaxError) -> str:
    """A syntax error with the line that it is about and a mark under the place."""
    lines = query.splitlines()
    message = " ".join(str(error).split())
    if len(message) > _MESSAGE:
        message = message[:_MESSAGE].rsplit(" ", 1)[0] + " ..."
    if not 0 < error.line <= len(lines):
        return message
    return f"{message}\n{lines[error.line - 1]}\n{' ' * (error.column - 1)}^"


_MESSAGE = 160  # the engine lists every character that might have followed


@contextmanager
def progress() -> Iterator[Progress]:
    """Progress on a terminal as one moving line, above which notices stay; elsewhere plain lines, each once.

    All of it goes to standard error.
    """
    screen = console(stderr=True)
    if screen.is_terminal:
        with screen.status("starting") as status:

            def update(text: str, detail: str) -> None:
                if isinstance(text, Notice):
                    screen.print(Text(text))
                else:
                    status.update(f"{text}: {detail}" if detail else text)

            yield update
        return
    told: list[str] = []

    def tell(text: str, detail: str) -> None:
        if text not in told:
            told.append(text)
            screen.print(Text(text))

    yield tell


@contextmanager
def bar() -> Iterator[ReadingProgress]:
    """How far the reading of files is, as one bar a file on a terminal; nothing elsewhere."""
    screen = console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Bars(*columns, console=screen, transient=True, disable=not screen.is_terminal) as bars:
        tasks: dict[str, TaskID] = {}

        def tell(name: str, done: int, total: int) -> None:
            if name not in tasks:
                tasks[name] = bars.add_task(name)
            bars.update(tasks[name], completed=done, total=max(total, 1))

        yield tell


def importers(known: Iterable[Importer]) -> RenderableType:
    """Each importer: its name, what comes in, the files that it takes, its options."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("name", "what comes in", "files"):
        table.add_column(name, overflow="fold")
    for importer in known:
        table.add_row(importer.name, importer.says, importer.files)
    return table


def imported(summary: Summary, dry_run: bool) -> RenderableType:
    """What an import brought in, what it left out and why, and which names it could not resolve."""
    parts: list[RenderableType] = []
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("file", "as of"):
        table.add_column(name, overflow="fold")
    for name in ("rows", "claims"):
        table.add_column(name, justify="right")
    for file, day, read, claims in summary.tables:
        table.add_row(file, day, f"{read:,}", f"{claims:,}")
    parts.append(table)
    changes = summary.changes
    parts.append(
        Text(
            f"{changes.new:,} new, {changes.same:,} as before, {changes.revised:,} revised, "
            f"{changes.withdrawn:,} no longer in the table"
        )
    )
    if summary.skipped:
        parts.append(Text(f"{counted(len(summary.skipped), 'value')} became no claim:"))
        parts += [Text(f"  {count:,}  {reason}") for reason, count in summary.reasons()]
    if summary.unresolved:
        times = sorted(summary.unresolved.items(), key=lambda row: (-row[1], row[0]))
        shown = ", ".join(f"{name} ({count:,})" for (_, name), count in times[:_SHOWN])
        more = f" and {len(times) - _SHOWN:,} more" if len(times) > _SHOWN else ""
        names = counted(len(summary.resolved), "name")
        become = "keep the printed name" if summary.keeps_names else "mean no declared thing and made no claim"
        parts.append(Text(f"{names} resolved; {len(times):,} {become}: {shown}{more}"))
    if summary.proposed:
        file = summary.path.name.removesuffix("".join(summary.path.suffixes)) + ".proposals.yaml"
        parts.append(Text(f"{counted(summary.proposed, 'event')} may be curated already: see {file}"))
    standing = f"{counted(summary.claims, 'claim')}, {counted(summary.revised, 'revision')}"
    if dry_run:
        parts.append(Text(f"nothing was written; {summary.path} would hold {standing}"))
    else:
        parts.append(Text(f"{summary.path}: {standing}"))
    return Group(*parts)


_SHOWN = 8  # names that are not resolved; all of them stand in the file beside


def rows(solutions: Sequence[Row]) -> RenderableType:
    """Rows of a SELECT query as a table; IRIs as prefixed names."""
    count = Text(counted(len(solutions), "row"), style="dim")
    if not solutions:
        return count
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in solutions[0]:
        table.add_column(name, overflow="fold")
    for row in solutions:
        table.add_row(*(Text(_term(value)) for value in row.values()))
    return Group(table, count)


def card(
    entity: Entity, relations: Page[Relation], by: Page[Claim], about: Page[Claim],
    inside: Page[Placed],
) -> RenderableType:  # fmt: skip
    """An entity as an encyclopedia would print it: names, facts, figures, relations, what it said and what was said.

    Of a document also the claims that were read in it, in the order of its text, with their places.
    """
    parts: list[RenderableType] = [Text(entity.thing.label, style="bold")]
    parts.append(Text(f"{compact(entity.thing.iri)}  {', '.join(entity.thing.types)}", style="dim"))
    if entity.description:
        parts.append(Text(entity.description))
    others = [name for language, names in entity.labels.items() for name in names if name != entity.thing.label]
    facts = [("also called", ", ".join(dict.fromkeys(others)))] if others else []
    facts += [
        (fact.predicate.label, fact.value if isinstance(fact.value, str) else _name(fact.value))
        for fact in entity.facts
    ]
    facts += [("same as", iri) for iri in entity.same_as]
    parts += _section("", [_pairs(facts)] if facts else [])
    figures = [claim for claim in about.items if claim.quantity]
    parts += _section("Figures, as claimed", [_figures(figures)] if figures else [])
    parts += _section("Relations", [_relations(relations.items), *_more(relations)] if relations.items else [])
    told = [claim for claim in about.items if not claim.quantity]
    parts += _section("Said about it", [_list(told), *_more(about)] if told else [])
    parts += _section("What it said", [_list(by.items), *_more(by)] if by.items else [])
    parts += _section("Claims in it", [_placed(inside.items), *_more(inside)] if inside.items else [])
    return Group(*parts)


def _more(page: Page[Any]) -> list[RenderableType]:
    """A line that tells how many are not shown; nothing when all are."""
    left = page.total - len(page.items)
    return [Text(f"and {left:,} more: raise --limit", style="dim")] if left else []


def _section(title: str, content: list[RenderableType]) -> list[RenderableType]:
    if not content:
        return []
    return [
        Text(f"\n{title}" if title else "", style="bold underline"),
        *(Padding(part, (0, 0, 0, 2), expand=False) for part in content),
    ]


def _pairs(pairs: list[tuple[str, str]]) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    for name, value in pairs:
        table.add_row(name, Text(value))
    return table


def _figures(claims: Sequence[Claim]) -> Table:
    rows = []
    for claim in claims:
        if claim.quantity:
            about = claim.quantity.measurand
            item = f" ({about.item.label})" if about.item else ""
            place = f", {about.place.label}" if about.place else ""
            rows.append(
                {
                    "measure": about.measure.label + item + place,
                    "period": wording.period(about),
                    "said": wording.quantity(claim.quantity),
                    "computed limits": wording.limits(claim.quantity),
                    "by": wording.claimants(claim),
                    "read in": _where(claim),
                }
            )
    rows.sort(key=lambda row: tuple(row.values()))
    table = Table(box=None, pad_edge=False, header_style="dim")
    kept = [name for name in (rows[0] if rows else ()) if any(row[name] for row in rows)]
    for name in kept:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(Text(row[name]) for name in kept))
    return table


def _name(thing: Thing) -> str:
    """A thing's label; the address of what is not ours, such as a page on the web."""
    return thing.label if thing.iri.startswith(BASE) or thing.label != local_name(thing.iri) else thing.iri


def _relations(relations: Sequence[Relation]) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    table.add_column(overflow="fold")
    for relation in relations:
        name = relation.predicate.label if relation.direction == "out" else relation.inverse_label
        rests = (
            counted(relation.claim_count, "claim")
            if relation.claims
            else "source: " + ", ".join(map(_name, relation.sources))
        )
        doubt = "" if relation.status == "asserted" else f"{relation.status}; "
        when = wording.time(relation.when)
        table.add_row(
            name, Text(relation.other.label + (f" ({when})" if when else "")), Text(doubt + rests, style="dim")
        )
    return table


def _list(claims: Sequence[Claim]) -> Table:
    return _labelled([(claim, _where(claim)) for claim in claims])


def _placed(claims: Sequence[Placed]) -> Table:
    return _labelled([(claim, _places(passages)) for claim, passages in claims])


def _labelled(claims: Sequence[tuple[Claim, str]]) -> Table:
    """A line for each claim, with its kind and where it was read."""
    table = Table.grid(padding=(0, 1))
    for claim, where in claims:
        kind = "" if not (claim.quantity or claim.statement) else f"{claim.kind}; "  # a position's label names its kind
        table.add_row("-", Text(claim.label).append(f"  [{kind}{where}]", style="dim"))
    return table


def _where(claim: Claim) -> str:
    labels = {document.iri: document.label for document in claim.documents}
    return "; ".join(f"{labels[iri]}, {_places([p for p in claim.passages if p.document == iri])}" for iri in labels)


def _places(passages: Sequence[Passage]) -> str:
    return ", ".join(_place(passage) for passage in passages)


def _place(passage: Passage) -> str:
    return f"{passage.start}-{passage.end}" if passage.start is not None else wording.place(passage)


def _term(term: Term | None) -> str:
    if isinstance(term, NamedNode):
        return compact(term.value).strip("<>")
    return term.value if isinstance(term, Literal) else "" if term is None else str(term)
