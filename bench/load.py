"""Clients that ask as fast as they are answered: wrk, which takes little of the machine that it shares."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import NamedTemporaryFile

REPLAY = Path(__file__).with_name("replay.lua")
RESULTS = "application/sparql-results+json, text/turtle;q=0.9"
SLOW = 2.0  # seconds past which one request says it all: many at once would only queue
PATIENCE = 20.0  # seconds that one request may take


@dataclass(frozen=True)
class Measured:
    """What came of a load: answers a second, latencies in milliseconds, and how many requests failed."""

    rate: float
    p50: float
    p99: float
    failed: int


def load(address: str, requests: Sequence[str], clients: int, seconds: float, accept: str = RESULTS) -> Measured:
    """Replay requests for some seconds.

    Args:
        address: where each request is put behind, such as `http://127.0.0.1:8000/sparql?`.
        requests: what comes behind it; replayed from the start when they run out.
        clients: connections that are kept open, each with one request under way.
        seconds: how long, in whole seconds; requests under way at the end do not count.
        accept: the Accept header.
    """
    wrk = shutil.which("wrk")
    if wrk is None:
        sys.exit("needs wrk: apt-get install wrk")
    host, slash, target = address.removeprefix("http://").partition("/")
    with NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(requests) + "\n")
        file.flush()
        told = subprocess.run(
            [wrk, "-t1", f"-c{clients}", f"-d{max(1, round(seconds))}s", "--timeout=60s", "--latency",
             "-s", str(REPLAY), f"http://{host}/"],
            env={**os.environ, "REQUESTS": file.name, "TARGET": slash + target, "ACCEPT": accept},
            check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
    line = next(line for line in told.splitlines() if line.startswith("RESULT "))
    found = json.loads(line.removeprefix("RESULT "))
    done = max(found["requests"] - found["failed"], 0)
    return Measured(done / found["seconds"], found["p50"], found["p99"], int(found["failed"]))


def one(address: str, request: str, accept: str = RESULTS) -> float | None:
    """Seconds that one request takes; None past `PATIENCE`, or where it is answered with an error."""
    begun = time.monotonic()
    asked = urllib.request.Request(address + request, headers={"Accept": accept})
    try:
        with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:
            while answer.read(1 << 20):
                pass
    except (urllib.error.URLError, OSError):
        return None
    return time.monotonic() - begun


def middle(rounds: Sequence[Measured]) -> Measured:
    """The median of what the rounds of a run found, number by number."""
    return Measured(
        median(found.rate for found in rounds), median(found.p50 for found in rounds),
        median(found.p99 for found in rounds), sum(found.failed for found in rounds),
    )  # fmt: skip
