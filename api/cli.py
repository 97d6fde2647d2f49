"""The command line: `sitrep`."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

import graph
from graph.errors import GraphError, InvalidData, QuerySyntaxError, QueryTimeout, UnknownEntity, WrongForm

Decorated = TypeVar("Decorated", bound=Callable[..., Any] | click.Command)


def setting(*names: str, **about: Any) -> Callable[[Decorated], Decorated]:
    """An option that SITREP_NAME in the environment sets, too; help tells that, and the default."""
    name = next(name for name in names if name.startswith("--"))
    variable = "SITREP_" + name.removeprefix("--").replace("-", "_").upper()
    about = dict[str, Any](envvar=variable, show_envvar=True, show_default=True) | about
    return click.option(*names, **about)


DATA = setting(
    "--data", type=click.Path(path_type=Path),
    help="Folder with reference/, documents/ and expectations.toml.  [default: the project's own data]",
)  # fmt: skip
SNAPSHOTS = setting(
    "--snapshots", type=click.Path(path_type=Path),
    help="Folder of snapshots, or one snapshot.  [default: where `sitrep build` writes]",
)  # fmt: skip
MOST_SHOWN = 200  # violations; a table can hold one in each of its rows
PATIENCE = 3.0  # seconds to find out why a query has no row
EXTRA = click.argument("extra", nargs=-1, type=click.Path(path_type=Path))


class Commands(click.Group):
    """Ends with 1 and a readable message where the graph refuses; click itself ends with 2 for wrong use."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; turn what the graph refuses into words."""
        try:
            return super().invoke(ctx)
        except InvalidData as error:
            done = "imported" if ctx.invoked_subcommand == "import" else "built"
            shown = [*map(str, error.violations[:MOST_SHOWN])]
            if more := len(error.violations) - len(shown):
                shown.append(f"... and {more:,} more")
            _fail("\n".join([*shown, f"{len(error.violations):,} to mend; nothing was {done}."]))
        except GraphError as error:
            _fail(str(error))


def _fail(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(1)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="sitrep", message="sitrep %(version)s")
def main() -> None:
    """A knowledge graph of who claimed what about the Russia-Ukraine war.

    Start with `sitrep build`, then ask: `sitrep show syrskyi`, `sitrep query QUERY`, `sitrep serve`.
    """


@main.command(short_help="Check curated files without building.")
@DATA
@click.option(
    "--today", type=click.DateTime(["%Y-%m-%d"]),
    help="The day that terms of office are held against.  [default: the clock's]",
)  # fmt: skip
@EXTRA
def check(data: Path | None, today: datetime | None, extra: tuple[Path, ...]) -> None:
    """Check curated files, and EXTRA folders and files, without building.

    EXTRA is as for `sitrep build`. Models, references, shapes and expectations; every violation with its file, its line
    and what to do. A term of office without an end that nobody looked after in the last six months is a warning: the
    check does not fail by it.
    """
    from api import terminal
    from graph import build as building
    from graph.curation.data import default_folder, unattended

    data, extra = _data_folder(data, extra)
    with terminal.progress() as progress:
        found = building.check(data or default_folder(), extra, progress)
    counts = [(found.sheets, "sheet"), *((count, name.split(":")[1].lower()) for name, count in found.counts.items())]
    click.echo("all is well: " + ", ".join(terminal.counted(count, what) for count, what in counts))
    if found.undecided:
        click.echo(f"{terminal.counted(found.undecided, 'pair')} of names undecided; see `sitrep resolve`")
    for warning in unattended(data or default_folder(), (today or datetime.now()).date()):  # noqa: DTZ005  the user's
        click.echo(f"warning: {warning}", err=True)


@main.command(short_help="List pairs of names that nobody could decide yet.")
@DATA
@click.option("--all", "everything", is_flag=True, help="Every decision, not only the undecided pairs.")
def resolve(data: Path | None, everything: bool) -> None:
    """List the pairs of names that the resolver file (resolver.yaml in the data folder) leaves undecided.

    Each with its file and line; a decision is made by changing `unsure` to `same` or `different` there.
    """
    from api import terminal
    from graph.curation import resolver
    from graph.curation.data import default_folder

    decided = resolver.read(data or default_folder())
    shown = decided.decisions if everything else decided.undecided
    for decision in shown:
        names = " and ".join(decision.pair)
        click.echo(f"{decision.file}:{decision.line}: {decision.judgement}: {names}: {decision.reason}")
    count = terminal.counted(len(decided.decisions), "decision")
    click.echo(f"{count}, {len(decided.undecided):,} of them undecided")


@main.command(short_help="Build a snapshot and make it the current one.")
@DATA
@setting(
    "--out", type=click.Path(path_type=Path), envvar="SITREP_SNAPSHOTS",
    help="Folder of snapshots.  [default: snapshots/ in a checkout, else the user's data folder]",
)  # fmt: skip
@setting("--keep", type=click.IntRange(min=1), default=3, help="How many snapshots stay.")
@EXTRA
def build(data: Path | None, out: Path | None, keep: int, extra: tuple[Path, ...]) -> None:
    """Build a snapshot from curated files, and EXTRA folders and files, and make it the current one.

    EXTRA may be sheets (.yaml) that lie elsewhere, each named by itself, what `sitrep import` wrote, and RDF: Turtle,
    N-Triples, TriG, N-Quads, RDF/XML or JSON-LD, each also as .gz; named graphs are kept. A folder with reference/ or
    documents/ in it is taken for the curated files, as --data is: `sitrep build data/ imports/`. The same input gives
    the same snapshot. A build that fails or is killed leaves the current one as it is.
    """
    from api import terminal
    from graph import build as building
    from graph import snapshot
    from graph.curation.data import default_folder

    data, extra = _data_folder(data, extra)
    with terminal.progress() as progress:
        built = building.build(data or default_folder(), out or snapshot.default_folder(), extra, keep, progress)
    triples, claims = built.manifest["triples"], built.manifest["counts"]["sit:Claim"]
    sizes = f"{terminal.counted(triples, 'triple')}, {terminal.counted(claims, 'claim')}"
    click.echo(f"snapshot {built.name}: {sizes}, in {built.path}")


def _data_folder(data: Path | None, extra: tuple[Path, ...]) -> tuple[Path | None, tuple[Path, ...]]:
    """Take the data folder out of EXTRA, where one is named there."""
    from graph.curation.data import is_folder

    named = [path for path in extra if is_folder(path)]
    if len(named) + bool(data) > 1:
        folders = ", ".join(map(str, [*([data] if data else []), *named]))
        raise click.UsageError(f"{folders} each hold curated files; name one of them")
    return (named[0] if named else data), tuple(path for path in extra if path not in named)


@main.command("import", short_help="Turn a public table into claims.")
@DATA
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder for what `sitrep build` reads.")
@click.option("--dry-run", is_flag=True, help="Tell what would come in, and write nothing; --out may be left out.")
@click.option("--list", "listed", is_flag=True, help="List the importers, with what each takes.")
@click.option("--items", is_flag=True, help="oryx: also each item, with the link to its picture.")
@click.argument("name", required=False)
@click.argument("files", metavar="[FILE]...", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
def import_(
    data: Path | None, out: Path | None, dry_run: bool, listed: bool, items: bool, name: str | None,
    files: tuple[Path, ...],
) -> None:  # fmt: skip
    """Turn the public table in FILEs, which you downloaded, into claims, by the importer NAME.

    They go into the folder --out, which `sitrep build data/ FOLDER` takes. A Turtle file (.ttl) among FILEs declares
    things of your own; name it to `sitrep build`, too. A newer copy of a table may be imported over an older one, or
    the other way round: the newest figures stand, and what changed between two copies is kept as revised. Either all
    of a file comes in or nothing.
    """
    from api import terminal
    from graph.curation.data import default_folder
    from graph.importers import importers
    from graph.importers.importer import run

    known = importers()
    if listed:
        terminal.show(terminal.importers(known.values()))
        return
    if name not in known:
        what = f"there is no importer {name!r}" if name else "name an importer"
        raise click.UsageError(f"{what}; known are {', '.join(known)} (see `sitrep import --list`)")
    if not files:
        raise click.UsageError(f"name the files: sitrep import {name} {known[name].files} --out imports")
    if out is None and not dry_run:
        raise click.UsageError("name the folder that `sitrep build` shall read: --out imports")
    options = {"items": "true"} if items else {}
    if strange := options.keys() - known[name].options.keys():
        raise click.UsageError(f"{name} has no option --{', --'.join(sorted(strange))}")
    # a dry run without a folder compares with an empty one
    with terminal.bar() as progress, tempfile.TemporaryDirectory(prefix="sitrep-") as empty:
        try:
            summary = run(
                known[name], files, out or Path(empty), data or default_folder(),
                options=options, dry_run=dry_run, progress=progress,
            )  # fmt: skip
        except OSError as error:
            _fail(f"{error.filename or out} cannot be written: {error.strerror}; nothing was imported")
    terminal.show(terminal.imported(summary, dry_run))


FORMATS = {
    "csv": ("text/csv",),
    "tsv": ("text/tab-separated-values",),
    "json": ("application/sparql-results+json", "application/ld+json"),
    "xml": ("application/sparql-results+xml", "application/rdf+xml"),
    "turtle": ("text/turtle",),
    "nt": ("application/n-triples",),
}


@main.command(short_help="Ask the current snapshot a SPARQL query.")
@SNAPSHOTS
@setting(
    "-f", "--format", "output", type=click.Choice(["table", *FORMATS]), default="table",
    help="How the answer is written: csv and tsv for SELECT, turtle and nt for CONSTRUCT and DESCRIBE.",
)  # fmt: skip
@setting(
    "--timeout", type=click.FloatRange(min=0, min_open=True),
    help="Seconds that the query may take.  [default: as long as it needs]",
)  # fmt: skip
@click.argument("query", required=False)
def query(snapshots: Path | None, output: str, timeout: float | None, query: str | None) -> None:
    """Ask the current snapshot a SPARQL 1.1 QUERY: its text, a file that holds it, or - for standard input.

    The usual prefixes (sit, voc, id, schema, skos, prov, ...) need not be declared.

    \b
    sitrep query 'SELECT ?who ?value WHERE {
      ?q sit:measure voc:m-losses ; sit:when ?when . FILTER(STR(?when) = "2024")
      ?c sit:measurand ?q ; schema:value ?value ; prov:wasAttributedTo/rdfs:label ?who }'
    """  # noqa: D301  \b is click's
    from api import terminal
    from graph.store import ASK, CONSTRUCT, formats_for

    text = _query_text(query)
    try:
        with _interruptible(), _ended_after(timeout), graph.open(snapshots) as store:
            found, answer = [], None
            if output == "table":
                try:
                    found = store.select(text)
                except WrongForm as other:
                    if other.form == ASK:
                        click.echo("true" if store.holds(text) else "false")
                        return
                    output = "turtle"
            if output != "table":
                answer = store.answer(text, FORMATS[output])
    except WrongForm as error:
        fit = [name for name, types in FORMATS.items() if set(types) & set(formats_for(error.form))]
        form = "CONSTRUCT or DESCRIBE" if error.form == CONSTRUCT else error.form
        raise click.UsageError(f"{output} does not fit a query of the form {form}; take {', '.join(fit)}") from None
    except QuerySyntaxError as error:
        _fail(terminal.pointed(text, error))
    if answer:
        click.echo(answer.body, nl=not answer.body.endswith(b"\n"))
        return
    terminal.show(terminal.rows(found))
    if not found:
        _tell_why(snapshots, text)


def _tell_why(snapshots: Path | None, query: str) -> None:
    """Say why a query has no row, if that is soon found out."""
    from graph.explanation import explained

    sys.stdout.flush()
    with _interruptible(), _ended_after(PATIENCE, aloud=False), graph.open(snapshots) as store:
        why = explained(store, query).note
    click.echo(why, err=True)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let Ctrl-C end the process at once: the engine does not let Python see it."""
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _ended_after(seconds: float | None, aloud: bool = True) -> Iterator[None]:
    """End the process, as a failure and aloud or without a word, when what follows takes longer.

    An evaluation cannot be interrupted.
    """
    if seconds is None:
        yield
        return

    def end() -> None:
        if aloud:
            click.echo(str(QueryTimeout(seconds)), err=True)
        os._exit(int(aloud))

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _query_text(query: str | None) -> str:
    if query is None and sys.stdin.isatty():
        raise click.UsageError("give a query, a file that holds one, or - and the query on standard input")
    if query is None or query == "-":
        try:
            return sys.stdin.buffer.read().decode("utf-8")
        except UnicodeDecodeError:
            raise click.UsageError("standard input: not a text in UTF-8") from None
    if "{" in query or re.search(r"\bdescribe\s", query, re.IGNORECASE):
        return query
    try:
        return Path(query).read_text(encoding="utf-8")
    except OSError as error:
        raise click.UsageError(f"{query}: neither a query nor a file that can be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise click.UsageError(f"{query}: not a text in UTF-8") from None


@main.command(short_help="Check every byte of snapshots.")
@SNAPSHOTS
@click.argument("folder", required=False, type=click.Path(path_type=Path))
def verify(snapshots: Path | None, folder: Path | None) -> None:
    """Check every byte of FOLDER, which is one snapshot or a folder of snapshots, against what the build wrote down.

    FOLDER may also be named by --snapshots. Of a folder of snapshots all are checked, and whether the current one can
    be served. Every file that is missing or changed is named, and the command ends with 1.
    """
    from api import terminal
    from api.serving import Serving
    from graph import manifest, snapshot
    from graph.errors import DamagedSnapshot

    place = folder or snapshots or snapshot.default_folder()
    damaged: dict[str, str] = {}
    current, current_is_whole = "", False
    try:
        current = snapshot.current(place).name
    except DamagedSnapshot as error:
        damaged[error.file] = error.what
    for path in snapshot.all_of(place):
        found = {error.file: error.what for error in manifest.damage(path, whole=True)}
        damaged |= found
        if not found:
            current_is_whole |= path.name == current
            sizes = manifest.sizes(path).values()
            click.echo(f"snapshot {path.name}: {terminal.counted(len(sizes), 'file')}, {sum(sizes):,} bytes, all whole")
    if damaged:
        what_to_do = "`sitrep build`, from the same files as before, replaces a damaged snapshot by a whole one."
        if current_is_whole:
            what_to_do = (
                f"The current snapshot, {current}, is whole. Remove the folder of the other one: to build it again "
                "would make it the current one."
            )
        _fail("\n".join([*(f"{file} {what}" for file, what in damaged.items()), what_to_do]))
    Serving(place)  # whole, and yet perhaps of another version


@main.command(short_help="Show a thing: names, figures, relations, claims.")
@SNAPSHOTS
@setting("--language", type=click.Choice(["en", "uk"]), default="en", help="Language of names.")
@click.option(
    "--limit", type=click.IntRange(min=1), default=40, show_default=True, help="Relations and claims at most, each."
)
@click.argument("name", metavar="ID")
def show(snapshots: Path | None, language: str, limit: int, name: str) -> None:
    """Show the thing ID (atacms-m39a1, id:atacms-m39a1, an IRI) or a document: names, figures, relations, claims."""
    from api import terminal
    from graph import claims, entities, relations
    from graph.naming import Naming
    from graph.search import Search

    with graph.open(snapshots) as store:
        naming = Naming(store, language)
        iri = entities.found(store, name)
        try:
            entity = entities.read(store, iri, naming)
        except UnknownEntity:
            with Search(store.snapshot.search_index) as search:
                raise UnknownEntity(iri, search.near(name)) from None
        page = relations.of(store, iri, naming, limit=limit)
        by, about = (claims.of(store, iri, naming, role=role, limit=limit) for role in (claims.BY, claims.ABOUT))
        inside = claims.in_document(store, iri, naming, limit)
        terminal.show(terminal.card(entity, page, by, about, inside))


@main.command(short_help="Print what a sheet needs of a text: digest, length, offsets.")
@click.argument("textfile", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("phrase", required=False)
def locate(textfile: Path, phrase: str | None) -> None:
    """Print what a sheet needs of TEXTFILE: sha256, length, and each place where PHRASE stands, with its line.

    Characters are Unicode code points, from 0, in the text with LF line ends.
    """
    raw = textfile.read_bytes()
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        _fail(f"{textfile}: not UTF-8 (byte {error.start}); save it as UTF-8 first")
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    digest = hashlib.sha256(lines.encode()).hexdigest()
    click.echo(f"sha256: {digest}\nlength: {len(lines)}")
    if phrase is None:
        return
    places = _places(lines, phrase)
    if not places:
        _fail(f"{phrase!r} does not stand in {textfile}; copy it from the text, quotation marks and all")
    for start, end in places:
        line = lines.count("\n", 0, start)
        begin = lines.rfind("\n", 0, start) + 1
        finish = lines.find("\n", end)
        click.echo(
            f"at: {start}-{end}   line {line + 1}, the whole line: {begin}-{finish if finish >= 0 else len(lines)}"
        )


def _places(text: str, phrase: str) -> list[tuple[int, int]]:
    places, start = [], text.find(phrase) if phrase else -1
    while start >= 0:
        places.append((start, start + len(phrase)))
        start = text.find(phrase, start + 1)
    return places


@main.command("new-sheet", short_help="Write a template of a sheet.")
@click.argument("path", type=click.Path(path_type=Path), required=False)
def new_sheet(path: Path | None) -> None:
    """Write a commented template of a sheet to PATH, or print it. Folders that are missing are made."""
    from graph.curation.data import default_folder
    from graph.curation.template import template

    if path is None:
        click.echo(template(), nl=False)
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(template(path.parent))
    except OSError as error:
        if path.exists():
            raise click.UsageError(f"{path} is already there; name another file") from None
        _fail(f"{path} cannot be written: {error.filename}: {error.strerror}")
    own = "" if path.parent.resolve() == (default_folder() / "documents").resolve() else f" {path}"
    click.echo(f"{path} written; fill it in, then run `sitrep check{own}`")


def _networks(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    for text in given:
        try:
            ip_network(text)
        except ValueError as error:
            raise click.BadParameter(f"{error}; write 127.0.0.1 or 10.0.0.0/8") from None
    return given


@main.command(short_help="Serve the current snapshot over HTTP.")
@SNAPSHOTS
@setting("--host", default="127.0.0.1", help="Address to listen on.")
@setting("--port", type=click.IntRange(0, 65535), default=8000, help="Port to listen on; 0 takes a free one.")
@setting("--public-url", help="Where the public reaches this server, if not there.")
@setting("--deadline", type=click.FloatRange(min=0.1), default=10.0, help="Seconds that a SPARQL query may take.")
@setting("--memory", type=click.IntRange(min=256), default=1024, help="MiB that a SPARQL query may take; at least 256.")
@setting("--result-size", type=click.IntRange(min=1), default=64, help="MiB that an answer may have.")
@setting(
    "--cache", type=click.IntRange(min=0), default=64,
    help="MiB of memory for answers that were given already; 0 for none.",
)  # fmt: skip
@setting(
    "--workers", type=click.IntRange(min=1), default=1,
    help="Server processes, each with its share of the cache and of the queries that run at once.",
)  # fmt: skip
@setting(
    "--connections", type=click.IntRange(min=1), default=1000, help="Connections at once, of each server process.",
)  # fmt: skip
@setting(
    "--trusted-proxy", multiple=True, metavar="ADDRESS", callback=_networks,
    help="Address or network of a proxy whose X-Forwarded headers are believed; may be given several times.",
)  # fmt: skip
@setting("--data", type=click.Path(path_type=Path), help="What to build from, if nothing is built yet.")
def serve(
    snapshots: Path | None, host: str, port: int, public_url: str | None,
    deadline: float, memory: int, result_size: int, cache: int, workers: int, connections: int,
    trusted_proxy: tuple[str, ...], data: Path | None,
) -> None:  # fmt: skip
    """Serve the current snapshot over HTTP; builds one first where the folder of snapshots is absent or empty.

    A newer snapshot is taken up as soon as `sitrep build` makes it current, without dropping a request. A snapshot that
    is damaged is neither served nor replaced: `sitrep verify` says what is wrong with it.
    """
    from functools import partial

    from api import server, terminal
    from api.serving import Serving
    from api.workers import Limits
    from graph import build as building
    from graph import snapshot
    from graph.curation.data import default_folder
    from graph.errors import DamagedSnapshot, NoSnapshot

    folder = snapshots or snapshot.default_folder()
    try:
        snapshot.current(folder)
    except DamagedSnapshot:
        raise
    except NoSnapshot:
        with terminal.progress() as progress:
            building.build(data or default_folder(), folder, keep=None, progress=progress)
    # before anything listens: a server process that cannot open the snapshot would only be started again
    snapshot.check(snapshot.current(folder), whole=True)
    Serving(folder)
    limits = Limits(deadline=deadline, memory=memory * 1024**2, result=result_size * 1024**2)
    made = partial(server.application, folder, limits, public_url, cache * 1024**2)
    try:
        listener = server.listening(host, port)
    except OSError as error:
        _fail(
            f"{host}:{port} cannot be used ({error.strerror}); name another with --host and --port "
            "(or SITREP_PORT=8001 make serve)"
        )
    address = public_url or server.address(host, listener.getsockname()[1])
    click.echo(f"sitrep is served at {address}\n")
    for path, what in LINKS:
        click.echo(f"  {address.rstrip('/') + path:<50} {what}")
    click.echo("\nCtrl-C ends it.")
    sys.stdout.flush()
    server.run(listener, made, limits, server.Hosting(workers, connections, trusted_proxy))


LINKS = (
    ("/", "what is in the graph"),
    ("/id/syrskyi/view", "a picture to click through"),
    ("/sparql", "ask it anything"),
)


@main.command(short_help="Write the picture of a thing as one HTML file.")
@SNAPSHOTS
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="The file to write.  [default: ID.html]"
)
@click.option("--hops", type=click.IntRange(1, 3), default=1, show_default=True, help="How far from the thing.")
@click.option(
    "--limit",
    type=click.IntRange(2, 300),
    default=60,
    show_default=True,
    help="Nodes at most; what is left out is counted.",
)
@setting("--language", type=click.Choice(["en", "uk"]), default="en", help="Language of names.")
@click.argument("name", metavar="ID")
def view(snapshots: Path | None, output: Path | None, hops: int, limit: int, language: str, name: str) -> None:
    """Write the picture of the thing ID as one HTML file that needs nothing else, not even a network."""
    from api import picture
    from graph import entities

    with graph.open(snapshots) as store:
        iri = entities.iri_of(name)
        path = output or Path(f"{iri.rsplit('/', 1)[-1]}.html")
        try:
            picture.write_view(store, iri, path, hops, limit, language)
        except OSError as error:
            _fail(f"{path} cannot be written: {error.strerror}")
    click.echo(f"{path} written; open it in a browser")
