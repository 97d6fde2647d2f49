"""Whether a query that makes the engine connect ever gets past the guard: made-up queries against the bare engine.

    .venv/bin/python -m bench.guard --calls 60000 --seed 1

Each query is put together of pieces that are easily misread (escapes, names with dots, less-than signs without blanks,
strings in strings, comments), with SERVICE in it, and half of them are changed by a few characters. All of them are
asked, without guard, of an engine whose SERVICE leads to a port of this machine, and a query that connects and that
the guard would have let through is printed. The end is 1 where there was one. Queries without SERVICE are told apart:
how many of those that parse the guard refuses.
"""

from __future__ import annotations

import random
import socket
import sys
import threading
import time

import click
import pyoxigraph as ox

from graph.guard import uses_service

PROLOGUE = "PREFIX : <http://127.0.0.1:PORT/> PREFIX b: <http://127.0.0.1:PORT/b>"
BLANKS = [*[""] * 9, *[" "] * 9, "\n", "\t", "#\n", "#'\n", "#'''\n", '#"""\n', "#\\u000A\r", "#<\n", "#{(\n", "# >\n"]
ENDS = ["", "", " ", "#'\n", "#'''\n", '#"""\n', "#>\n"]
# fmt: off
IRIS = [
    "<urn:a>", "<urn:service>", "<http://a/o'brien>", "<urn:a#b>", "<http://a/\\u0041#b>", "<http://a/\\U00000041#'>",
    "<http://a/(b>", "<http://a/b)>", "<mailto:service@a>", "<http://a/,;&b>", ":", ":a", "b:c", ":a.b", ":a.b\\'",
    ":a\\'c", ":a\\#", ":a.\\#b", ":a\\(", ":a.b\\)", ":a.b\\(", ":a.service", ":a%41", ":a.1", "b:",
    ":1.5", ":-",
]
TERMS = [
    *IRIS, "?x", "$service", "?a", "1", "1.5", "1e5", ".5", "1.", "+1", "-1", "true", "false", "'a'", "'service'",
    "''", '""', "'\\u0027'", "'\\''", '"\\""', "'#'", "'a'@en", "'a'@en-service", "'a'^^:service", "'a'^^<urn:service>",
    "'''a'''", "'''a'b''c'''", '"""a"b""c"""', "'''\\''''", '"""SERVICE :u {}"""', "'''\n#'''", "_:service", "_:a.b",
    "'SERVICE'", "'''a\\u0027'''", "'''a' #\\q\n", '"""a" #\\q\n', "'\\q'", "'''\\uD800'''", "'{'", "'('", "')'",
]
# What a wrong reading takes for the beginning or the end of a string, a comment or an IRI.
TRAPS = [
    "OPTIONAL{?s :a.b\\' ?o}", "OPTIONAL{?s :a\\# ?o}", "OPTIONAL{?s :a.\\# ?o}", "OPTIONAL{?s <urn:\\u0041#b> ?o}",
    "FILTER('\\u0027'!='')OPTIONAL{?s <http://a/\\u0041#b> ?o}", "VALUES ?x{'''a' #\\q\n}", 'VALUES ?x{"""a" #\\q\n}',
    "VALUES ?x{'''a' #\\uD800\n}", "OPTIONAL{?s <http://a/o'b> ?o}", "FILTER(1<STR(2>1)||1<2)", "FILTER(?a<?b)#x>\n",
    "FILTER(<<(?s ?p ?o)>><?b)#x>\n", "FILTER(?a<b:c#'>\n)", "VALUES(?x ?z){(<urn:a><#'>)}",
    "BIND(:a\\)<?b AS ?y)#>\n",
    "OPTIONAL{?s :a.b\\( ?o}FILTER(1<:a.b\\)&&2<3)#>\n", "FILTER(EXISTS{}<?b)#>\n", "FILTER(?a IN(1,2)<?b)#'>\n",
]
# fmt: on
TARGETS = ["<http://127.0.0.1:PORT/u>", ":u", "b:u", ":u.v", ":u\\'", "<http://127.0.0.1:PORT/\\u0041#'>", ":"]
CHANGES = ["'", '"', "<", ">", "#", "\n", "\\", "{", "}", "(", ")", "\\u0027", ".", " ", "'''", '"""', "\\'", "&&", ";"]


class Maker:
    """Makes queries by chance."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.with_service = True

    def query(self) -> str:
        """A query; with SERVICE in it, if `with_service` is set."""
        form = self.chance.choice(["SELECT * {%s}", "SELECT*{%s}", "ASK{%s}", "SELECT (1 AS ?one) {%s}"])
        return PROLOGUE + form % self._group(self.chance.randint(0, 3), self.with_service)

    def changed(self, query: str) -> str:
        """The same with a few characters put in or left out behind its prologue."""
        for _ in range(self.chance.randint(1, 3)):
            at = self.chance.randint(len(PROLOGUE), len(query))
            left_out = self.chance.choice([0, 0, 1])
            query = query[:at] + self.chance.choice([*CHANGES, ""]) + query[at + left_out :]
        return query

    def _blank(self) -> str:
        return self.chance.choice(BLANKS)

    def _group(self, depth: int, called: bool) -> str:
        parts = [self._part(depth) for _ in range(self.chance.randint(0, 3))]
        if called:
            parts.insert(self.chance.randint(0, len(parts)), self._holder(depth))
            if not self.chance.randint(0, 2):
                parts.insert(0, self.chance.choice(TRAPS))
        return self._blank().join(parts) + self.chance.choice(ENDS)

    def _holder(self, depth: int) -> str:
        """SERVICE, or what holds a group with it."""
        if depth <= 0:
            word = "".join(self.chance.choice([letter, letter.lower()]) for letter in "SERVICE")
            silent = self.chance.choice(["", "", "SILENT", "silent"])
            return self._blank().join(
                [word, silent, self.chance.choice(TARGETS), self.chance.choice(["{}", "{?a ?b ?c}"])]
            )
        forms = [
            "{%s}", "OPTIONAL{%s}", "MINUS{%s}", "{}UNION{%s}", "GRAPH ?g{%s}", "FILTER EXISTS{%s}",
            f"FILTER({self._expression(1)}||EXISTS{{%s}})", f"FILTER(EXISTS{{%s}}<{self.chance.choice(TERMS)})",
            "{SELECT*{%s}}", f"{{SELECT(1<{self.chance.choice(TERMS)}AS ?n){{%s}}}}", "{}UNION{{}UNION{%s}}",
        ]  # fmt: skip
        return self.chance.choice(forms).replace("%s", self._group(depth - 1, True))

    def _part(self, depth: int) -> str:
        if not self.chance.randint(0, 3) and depth > 0:
            return "OPTIONAL{" + self._group(depth - 1, False) + "}"
        pick = self.chance.choice
        return pick(
            [
                f"OPTIONAL{{?s {pick(IRIS)}{self._blank()}{pick(TERMS)}}}", f"OPTIONAL{{?s ?p {pick(TERMS)}}}",
                f"OPTIONAL{{?s ?p({pick(TERMS)} {pick(TERMS)})}}", f"OPTIONAL{{?s({pick(IRIS)}|{pick(IRIS)})+?o}}",
                *[f"FILTER({self._expression(2)})" for _ in range(2)], f"BIND({self._expression(1)} AS ?y)",
                f"VALUES ?x{{{pick(TERMS)} {pick(TERMS)}}}",
                f"VALUES(?x ?z){{({pick(TERMS)}{self._blank()}{pick(IRIS)})}}",
                f"OPTIONAL{{<<?s {pick(IRIS)} {pick(TERMS)}>> ?q ?r}}",
                f"OPTIONAL{{?s ?p[{pick(IRIS)} {pick(TERMS)}]}}",
            ]
        )  # fmt: skip

    def _expression(self, depth: int) -> str:
        term = self.chance.choice(TERMS)
        if depth <= 0:
            return term
        sign = self.chance.choice(["<", "<", "<", ">", "<=", ">=", "=", "!=", "+", "*", "&&", "||", "<<"])
        forms = [
            f"{self._expression(depth - 1)}{self._blank()}{sign}{self._blank()}{self._expression(depth - 1)}",
            f"({self._expression(depth - 1)})", f"STR({self._expression(depth - 1)})", f"!{term}",
            f"{term} IN({term},{self.chance.choice(TERMS)})", f"IF({term},{self._expression(depth - 1)},{term})",
            f"EXISTS{{?s {self.chance.choice(IRIS)} ?o}}", f"<<(?s {self.chance.choice(IRIS)} ?o)>>", f":f({term})",
        ]  # fmt: skip
        return self.chance.choice([forms[0], *forms])


class Port:
    """A port of this machine that counts who connects and hangs up."""

    def __init__(self) -> None:
        self.visits = 0
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.number: int = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            visitor, _ = self._listener.accept()
            self.visits += 1
            visitor.close()


def asked(store: ox.Store, query: str) -> bool:
    """Ask a query to its end; whether it parses."""
    try:
        result = store.query(query)
        if not isinstance(result, ox.QueryBoolean):
            for _ in result:
                pass
    except SyntaxError:
        return False
    except (RuntimeError, ValueError, OSError):
        return True
    return True


@click.command()
@click.option("--calls", default=60_000, show_default=True, help="How many queries shall have connected.")
@click.option("--seconds", default=600, show_default=True, help="When to stop, whatever the number.")
@click.option("--seed", default=1, show_default=True, help="Of the chance by which queries are made.")
def main(calls: int, seconds: int, seed: int) -> None:
    """Ask made-up queries with SERVICE of the bare engine; print those that connect and pass the guard."""
    sys.setswitchinterval(1e-5)  # the port answers at once
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.Literal("o")))
    port, maker = Port(), Maker(seed)
    made = connected = missed = 0
    end = time.monotonic() + seconds
    while connected < calls and time.monotonic() < end:
        query = maker.query()
        query = (maker.changed(query) if maker.chance.randint(0, 1) else query).replace("PORT", str(port.number))
        before, made = port.visits, made + 1
        asked(store, query)
        if port.visits > before:
            connected += 1
            if not uses_service(query):
                missed += 1
                click.echo(repr(query))
    maker.with_service = False
    parsed = refused = 0
    for _ in range(calls // 3):
        query = maker.query().replace("PORT", str(port.number))
        if "service" in query.removeprefix(PROLOGUE.replace("PORT", str(port.number))).lower() and asked(store, query):
            parsed += 1
            refused += uses_service(query)
    click.echo(f"{made:,} queries made, {connected:,} connected, {missed:,} of these passed the guard")
    click.echo(f"without SERVICE: {parsed:,} that parse and hold the word, {refused:,} of these refused")
    sys.exit(missed > 0)


if __name__ == "__main__":
    main()
