"""What one connection may take of a server: of a head, of its pace, of answers that nobody reads."""

from __future__ import annotations

import json
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx2
import pytest

from api import protocol
from tests.api.conftest import ENDLESS, PATIENCE, Serve, Server, eventually
from tests.processes import computes, descendants, resident

# A server whose bounds are soon reached. What it is told with stays as it is.
HASTY = """
from api import protocol
protocol.HEAD_SECONDS, protocol.STALLED, protocol.LINGERING_SECONDS = 1.0, 1.0, 0.5
from api.cli import main
main()
"""
MIB = 1024**2
TABLE = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 50000"  # some tens of MiB, in a second


@pytest.fixture(scope="module")
def hasty(serve: Serve, snapshots: Path, tmp_path_factory: pytest.TempPathFactory) -> Server:
    program = tmp_path_factory.mktemp("hasty") / "hasty.py"
    program.write_text(HASTY)
    return serve(snapshots, "--deadline", "30", "--connections", "60", program=program)


@contextmanager
def connection(server: Server, receive: int = 0) -> Iterator[socket.socket]:
    """A connection; `receive` is how little of an answer the client's system takes for it."""
    address = urlsplit(server.address)
    with socket.socket() as one:
        one.settimeout(PATIENCE)
        if receive:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
        one.connect((address.hostname or "", address.port or 0))
        yield one


def answer_on(one: socket.socket) -> bytes:
    """All that comes until the server ends the connection."""
    found = b""
    while True:
        try:
            more = one.recv(65536)
        except ConnectionError:
            return found
        if not more:
            return found
        found += more


def problem(answer: bytes) -> tuple[int, str]:
    """The status and the name of the problem that an answer tells."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"content-type: application/problem+json" in head.lower()
    assert f"content-length: {len(body)}".encode() in head.lower()
    document = json.loads(body)
    assert document["status"] == int(head.split()[1])
    return document["status"], document["type"].rsplit("/", 1)[-1]


def refused(server: Server, request: bytes) -> tuple[int, str]:
    with connection(server) as one:
        one.sendall(request)
        return problem(answer_on(one))


GET = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"
POST = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"


@pytest.mark.parametrize(
    "request_",
    [
        GET + b"X: " + b"a" * protocol.HEAD + b"\r\n\r\n",
        GET + b"".join(b"X-%d: a\r\n" % number for number in range(9000)) + b"\r\n",
        b"GET /healthz?q=" + b"a" * protocol.HEAD + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        GET + b"X: " + b"a" * (4 * protocol.HEAD),
        b"GET /" + b"a" * (4 * protocol.HEAD),
        POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nASK{}\r\n0\r\nX: " + b"a" * (8 * protocol.HEAD),
        POST + b"Transfer-Encoding: chunked\r\n\r\n5;x=" + b"a" * (8 * protocol.HEAD),
    ],
    ids=["one header", "many headers", "an address", "an open header", "an open address", "a trailer", "an extension"],
)
def test_a_head_has_an_end(hasty: Server, request_: bytes) -> None:
    assert refused(hasty, request_) == (431, "request-head-too-large")


def test_a_head_within_the_bound_is_answered(hasty: Server) -> None:
    header = b"X: " + b"a" * (protocol.HEAD - 1000) + b"\r\n"
    with connection(hasty) as one:
        one.sendall((GET + header + b"\r\n") * 3 + GET + b"Connection: close\r\n\r\n")  # several at once, too
        assert answer_on(one).count(b"HTTP/1.1 200 OK") == 4


def test_an_endless_header_keeps_nobody_else_waiting(hasty: Server) -> None:
    """Attackers come back as soon as they are refused; whoever looks something up is answered all the while."""
    stopping = threading.Event()
    sent: list[int] = []

    def attack() -> None:
        while not stopping.is_set():
            with connection(hasty) as one:
                count = one.send(GET + b"X: ")
                try:
                    while not stopping.is_set():
                        count += one.send(b"a" * 65536)
                except OSError:
                    pass
                sent.append(count)

    attackers = [threading.Thread(target=attack) for _ in range(2)]
    for attacker in attackers:
        attacker.start()
    try:
        statuses = [httpx2.get(f"{hasty.address}/healthz", timeout=PATIENCE).status_code for _ in range(60)]
    finally:
        stopping.set()
        for attacker in attackers:
            attacker.join()
    assert statuses == [200] * 60
    assert len(sent) > 2
    assert max(sent) < 32 * MIB  # what the systems at both ends hold included


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (GET, (408, "request-timeout")),
        (GET + b"X: a", (408, "request-timeout")),
        (POST + b"Content-Length: 100\r\n\r\nASK", (408, "request-timeout")),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\nASK\r\n", (408, "request-timeout")),
        (b"\r\n", None),
        (b"", None),
    ],
    ids=["a head", "a header", "a body", "chunks", "an empty line", "nothing"],
)
def test_who_stops_in_the_middle_of_a_request_is_let_go_of(
    hasty: Server, request_: bytes, expected: tuple[int, str] | None
) -> None:
    with connection(hasty) as one:
        one.sendall(request_)
        answer = answer_on(one)
    assert (problem(answer) if answer else None) == expected


def test_slow_heads_and_slow_bodies_are_let_go_of(hasty: Server) -> None:
    """Drop by drop: each byte comes well within the time, the whole never."""
    slow = [GET + b"X: ", POST + b"Content-Length: 100000\r\n\r\n"]
    with ExitStack() as stack:
        connections = [stack.enter_context(connection(hasty)) for _ in range(24)]
        for number, one in enumerate(connections):
            one.sendall(slow[number % 2])
        alive = dict.fromkeys(connections)
        end = time.monotonic() + PATIENCE
        while alive and time.monotonic() < end:
            for one in [*alive]:
                try:
                    one.send(b"a")
                except OSError:
                    del alive[one]
            time.sleep(0.1)
            assert httpx2.get(f"{hasty.address}/healthz", timeout=PATIENCE).status_code == 200
        assert not alive


def test_a_body_at_the_pace_is_read_whatever_it_takes(hasty: Server) -> None:
    query = b"ASK {} #" + b"a" * (12 * protocol.PACE)
    with connection(hasty) as one:
        one.sendall(POST + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(query))
        for start in range(0, len(query), 2 * protocol.PACE):  # longer in all than a period
            one.sendall(query[start : start + 2 * protocol.PACE])
            time.sleep(0.3)
        assert answer_on(one).startswith(b"HTTP/1.1 200 OK")


def test_readers_that_stall_are_let_go_of(hasty: Server) -> None:
    """Each asks for tens of MiB and reads nothing; the server's memory is as before when they are gone."""
    ask = f"GET /sparql?query={quote(TABLE)} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    assert httpx2.get(f"{hasty.address}/healthz", timeout=PATIENCE).status_code == 200
    before = hasty.handles()
    with ExitStack() as stack:
        for _ in range(6):
            one = stack.enter_context(connection(hasty, receive=4096))
            one.sendall(ask)
            assert one.recv(9, socket.MSG_WAITALL) == b"HTTP/1.1 "  # an answer is under way
        eventually(lambda: hasty.handles() <= before + 1)


def test_a_slow_reader_has_the_whole_answer(hasty: Server) -> None:
    ask = f"GET /sparql?query={quote(TABLE)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
    with connection(hasty, receive=65536) as one:
        one.sendall(ask)
        head, begun, size = one.recv(1000), time.monotonic(), 0
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        while more := one.recv(512 * 1024):
            size += len(more)
            if time.monotonic() - begun < 3 * 1.0:  # three times as long as nothing may be taken
                time.sleep(0.05)
        body = size + len(head.partition(b"\r\n\r\n")[2])
    assert body == length > 10 * MIB


def test_answers_that_wait_have_a_bound_in_all(serve: Serve, snapshots: Path, tmp_path: Path) -> None:
    program = tmp_path / "bounded.py"
    program.write_text("from api import server\nserver.UNSENT = 1\nfrom api.cli import main\nmain()\n")
    server = serve(snapshots, "--deadline", "30", "--result-size", "40", "--cache", "0", program=program)
    bound = 4 * 40 * MIB  # at least so much that four of the longest answers wait
    with ExitStack() as stack:
        before = resident(server.process.pid) * 1024
        for number in range(14):
            one = stack.enter_context(connection(server, receive=4096))
            query = f"{TABLE} #{number}"
            one.sendall(f"GET /sparql?query={quote(query)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            assert one.recv(9, socket.MSG_WAITALL) == b"HTTP/1.1 "
        assert resident(server.process.pid) * 1024 - before < bound + 3 * 40 * MIB
        assert httpx2.get(f"{server.address}/healthz", timeout=PATIENCE).status_code == 200


def test_connections_beyond_the_limit_are_told_to_come_again(hasty: Server) -> None:
    with ExitStack() as stack:
        taken = [stack.enter_context(connection(hasty)) for _ in range(60)]
        for one in taken:
            one.sendall(GET)  # a head that is not complete yet
        status, name = refused(hasty, GET + b"\r\n")
        assert (status, name) == (503, "too-many-connections")
    eventually(lambda: httpx2.get(f"{hasty.address}/healthz", timeout=PATIENCE).status_code == 200)


def test_what_is_no_http_gets_a_problem(hasty: Server) -> None:
    assert refused(hasty, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 9) == (400, "bad-request")
    assert refused(hasty, b"GET /healthz HTTP/1.1\r\nContent-Length: x\r\n\r\n") == (400, "bad-request")


# --- what is written to the log, and the end of a server


Logged = Callable[..., tuple[Server, Path]]


@pytest.fixture
def logged(serve: Serve, snapshots: Path, tmp_path: Path) -> Logged:
    """Start a server whose log is a file; `change` is done to it first."""

    def start(*options: str, change: str = "") -> tuple[Server, Path]:
        log, program = tmp_path / "log", tmp_path / "logged.py"
        log.touch()
        to_file = f"import os\nos.dup2(os.open({str(log)!r}, os.O_WRONLY | os.O_APPEND), 2)\n"
        program.write_text(f"{to_file}{change}\nfrom api.cli import main\nif __name__ == '__main__':\n    main()\n")
        return serve(snapshots, *options, program=program), log

    return start


def test_what_clients_do_wrong_is_no_line_of_the_log(logged: Logged) -> None:
    server, log = logged()
    upgrade = GET + b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n"
    with connection(server) as one:
        one.sendall(upgrade)
        assert one.recv(15, socket.MSG_WAITALL) == b"HTTP/1.1 200 OK"  # as if it had not asked for it
    for path in (b"/sparql", b"/sparql/explain"):
        with connection(server) as one:
            one.sendall(POST.replace(b"/sparql", path) + b"Content-Length: 100000\r\n\r\nASK {")
    assert refused(server, b"no HTTP\r\n\r\n") == (400, "bad-request")
    assert server.http.get("/sparql", params={"query": "ASK {}"}).status_code == 200
    assert log.read_text() == ""


@pytest.mark.parametrize("options", [[], ["--workers", "2"]], ids=["one process", "two"])
def test_a_server_that_is_told_to_end_answers_what_runs(logged: Logged, options: list[str]) -> None:
    """By SIGTERM, as service managers do: a query has its deadline, longer than the five seconds that servers give."""
    server, log = logged("--deadline", "7", *options)
    server.may_end = True
    with connection(server) as one:
        one.sendall(f"GET /sparql?query={quote(ENDLESS)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        eventually(lambda: any(map(computes, descendants(server.process.pid))))
        server.process.send_signal(signal.SIGTERM)
        assert problem(answer_on(one)) == (503, "query-timeout")
    server.process.wait(PATIENCE)
    assert "Traceback" not in log.read_text()


def test_what_a_server_that_ends_does_not_answer_can_be_asked_again(logged: Logged) -> None:
    server, log = logged("--deadline", "60", change="from api import server\nserver.LAST = -59")
    server.may_end = True
    with connection(server) as one:
        one.sendall(f"GET /sparql?query={quote(ENDLESS)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        eventually(lambda: any(map(computes, descendants(server.process.pid))))
        server.process.send_signal(signal.SIGTERM)
        answer = answer_on(one)
    assert problem(answer) == (503, "server-ending")
    assert b"\r\nretry-after: " in answer.lower()
    server.process.wait(PATIENCE)
    assert "Traceback" not in log.read_text()
