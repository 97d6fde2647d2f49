"""HTTP/1.1 with bounds on what one connection may take: of a request's head, of its pace, and of unread answers.

uvicorn's own protocol collects a head of any size, waits for ever for the rest of a request, and keeps an answer in
memory for as long as its client does not read it. See docs/operating.md for the limits, and `bench/attack.py` for what
they are tried with.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from enum import Enum
from http import HTTPStatus
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from ontology.terms import BASE

HEAD = 64 * 1024
"""Bytes of a request's head; the same between two pieces of a body (chunk extensions, trailers)."""
HEAD_SECONDS = 10.0
"""Seconds within which a head must be complete, from its first byte or from the beginning of the connection."""
MARGIN = 0.1
"""Seconds in which a server that is late itself reads what has arrived in time."""
PACE = 4 * 1024
"""Bytes of a body that must arrive in each period of `HEAD_SECONDS`."""
LINGERING, LINGERING_SECONDS = 1024**2, 2.0
"""Bytes and seconds of what is still read of a request that is refused."""
STALLED = 30.0
"""Seconds in which something of an answer must be taken."""
UNSENT = 256 * 1024**2
"""Bytes of answers that may wait to be taken, over all connections."""
CONNECTIONS = 1000
"""Connections at once."""

# What clients do wrong is no event of the server's log; what the application does wrong is. Not one of logging's own
# registry: uvicorn configures those anew, and sets their levels back.
_LOGGER = logging.Logger("uvicorn.error.requests", logging.ERROR)
_LOGGER.parent = logging.getLogger("uvicorn.error")


class _Part(Enum):
    """Which part of a request is awaited."""

    NONE, HEAD, BODY = range(3)


class BoundedProtocol(HttpToolsProtocol):
    """One connection. Whoever passes a bound is answered with a problem document where that can be, and let go of."""

    def __init__(
        self,
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        connections: int = CONNECTIONS,
        unsent: int = UNSENT,
    ) -> None:
        """One connection of a server.

        Args:
            config: of the server, as the next three.
            server_state: what all connections share.
            app_state: of the application's lifespan.
            _loop: the event loop.
            connections: how many there may be at once; a request of another one is answered with 503.
            unsent: bytes of answers that may wait to be taken, over all connections; the slowest readers are let go of.
        """
        super().__init__(config, server_state, app_state, _loop)
        self.logger = _LOGGER
        self._most_connections, self._most_unsent = connections, unsent
        self._part = _Part.NONE
        self._framing = 0  # bytes received since the last of a body, or the last end of a part
        self._arrived = 0  # bytes of a body received in this period
        self._receiving: asyncio.TimerHandle | None = None
        self._sending: asyncio.TimerHandle | None = None
        self._paused = time.monotonic(), 0  # since when an answer waits, and how much of it there was then
        self._left = 0  # bytes of it at the last look
        self._refused = False
        self._wrong = _NO_HTTP

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a head."""
        super().connection_made(transport)
        self._receiving = self.loop.call_later(HEAD_SECONDS, self._check_arrival)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._stop_receiving()
        self._stop_sending()
        super().connection_lost(exc)

    # --- what is received

    def data_received(self, data: bytes) -> None:
        """Parse, count, and wait for the rest."""
        self._framing += len(data)
        if self._refused:
            if self._framing > LINGERING:
                self.transport.abort()
            return
        super().data_received(data)
        if self._refused or self.transport.is_closing():
            return
        if self._framing > HEAD and self._part is not _Part.NONE:
            what = "head" if self._part is _Part.HEAD else "framing of the body"
            self._refuse(_too_large(what))
        elif self._part is not _Part.NONE or (self._is_idle() and self.timeout_keep_alive_task is None):
            self._receiving = self._receiving or self.loop.call_later(HEAD_SECONDS, self._check_arrival)
        else:
            self._stop_receiving()

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        self._part, self._framing = _Part.HEAD, 0

    def on_headers_complete(self) -> None:
        """A head is complete: refuse it, or have it answered."""
        size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        if size > HEAD:
            self._wrong = _too_large("head")
            raise ValueError  # the parser stops, and `send_400_response` follows
        if len(self.connections) > self._most_connections:
            detail = f"{self._most_connections:,} connections are open already; try again soon"
            self._wrong = _problem(503, "too-many-connections", "Too many connections", detail, b"retry-after: 5\r\n")
            raise ValueError
        super().on_headers_complete()
        self._part, self._framing, self._arrived = _Part.BODY, 0, 0
        self._stop_receiving()

    def on_body(self, body: bytes) -> None:
        """A piece of a body."""
        self._framing = 0
        self._arrived += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """A request is complete."""
        self._part, self._framing = _Part.NONE, 0
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer a request that is not parsed any further."""
        self._refuse(self._wrong)

    def _unsupported_upgrade_warning(self) -> None:
        """An upgrade that is not offered is answered as if it were not asked for (RFC 9110, 7.8)."""

    def _check_arrival(self) -> None:
        """It may be the server that is late: what has arrived by now is read first."""
        self._receiving = self.loop.call_later(MARGIN, self._judge_arrival)

    def _judge_arrival(self) -> None:
        """Let go of a client that is not sending its request at the pace."""
        self._receiving = None
        if self.transport.is_closing():
            return
        ours = self.flow.read_paused  # it is the application that has yet to read
        if ours or (self._part is _Part.BODY and self._arrived >= PACE and not self.cycle.response_complete):
            self._arrived = 0
            self._receiving = self.loop.call_later(HEAD_SECONDS, self._check_arrival)
        elif self._part is _Part.NONE:  # it never began one
            self._close()
        else:
            what = "head was not complete" if self._part is _Part.HEAD else "body came too slowly"
            detail = f"the {what} within {HEAD_SECONDS:g} seconds"
            self._refuse(_problem(408, "request-timeout", "The request came too slowly", detail))

    def _is_idle(self) -> bool:
        """Whether no request is being answered."""
        return self.cycle is None or self.cycle.response_complete

    def _refuse(self, answer: bytes) -> None:
        """Answer in the place of the application, unless an answer is under way, and end the connection.

        What the client still sends is read and thrown away for a while: a socket that is closed with unread bytes is
        reset, and the answer with it (RFC 9112, 9.6).
        """
        self._stop_receiving()
        of_this = self._part is _Part.BODY and not self.pipeline
        can_answer = not self.cycle.response_started if of_this else self._is_idle()
        if not self._is_idle():
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if not can_answer:
            self._close()
            return
        self.transport.write(answer)
        self.transport.write_eof()
        self._refused, self._framing = True, 0
        self._receiving = self.loop.call_later(LINGERING_SECONDS, self._close)

    def _stop_receiving(self) -> None:
        if self._receiving is not None:
            self._receiving.cancel()
            self._receiving = None

    # --- what is sent

    def pause_writing(self) -> None:
        """More of an answer waits to be taken than the system holds."""
        super().pause_writing()
        self._left = self.transport.get_write_buffer_size()
        self._paused = time.monotonic(), self._left
        self._watch_sending()
        self._bound_unsent()

    def resume_writing(self) -> None:
        """It was taken."""
        self._stop_sending()
        super().resume_writing()

    def on_response_complete(self) -> None:
        """An answer is made; where the connection ends with it, what is left of it must be taken, too."""
        super().on_response_complete()
        if self.transport.is_closing():
            self._watch_sending()

    def timeout_keep_alive_handler(self) -> None:
        """Nothing more was asked."""
        super().timeout_keep_alive_handler()
        self._watch_sending()

    def _close(self) -> None:
        self.transport.close()
        self._watch_sending()

    def _stop_sending(self) -> None:
        if self._sending is not None:
            self._sending.cancel()
            self._sending = None

    def _watch_sending(self) -> None:
        if self._sending is None:
            self._left = self.transport.get_write_buffer_size()
            self._sending = self.loop.call_later(STALLED, self._check_progress)

    def _check_progress(self) -> None:
        """Let go of a client that takes nothing of its answer."""
        self._sending = None
        left = self.transport.get_write_buffer_size()
        if left >= self._left:
            self.transport.abort()
        else:
            self._left = left
            self._sending = self.loop.call_later(STALLED, self._check_progress)

    def _bound_unsent(self) -> None:
        """Let go of the slowest readers until what waits for all of them is within the bound."""
        waiting = [
            other for other in self.connections
            if isinstance(other, BoundedProtocol) and other.flow is not None and other.flow.write_paused
        ]  # fmt: skip
        sizes = {other: other.transport.get_write_buffer_size() for other in waiting}
        unsent = sum(sizes.values())
        for other in sorted(waiting, key=lambda one: one._pace(sizes[one])):
            if unsent <= self._most_unsent:
                return
            unsent -= sizes[other]
            other.transport.abort()

    def _pace(self, left: int) -> tuple[float, float]:
        """Bytes a second that are taken of an answer, and since when it waits; for a second it counts as quick."""
        since, size = self._paused
        seconds = time.monotonic() - since
        return (size - left) / seconds if seconds > 1 else float("inf"), since


def _too_large(what: str) -> bytes:
    detail = f"the {what} is larger than {HEAD:,} bytes"
    return _problem(431, "request-head-too-large", "The head of the request is too large", detail)


def _problem(status: int, name: str, title: str, detail: str, header: bytes = b"") -> bytes:
    """A whole answer with a problem document (RFC 9457), after which the connection is closed."""
    body = {"type": f"{BASE}problem/{name}", "title": title, "status": status, "detail": detail}
    content = json.dumps(body).encode()
    line = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\ncontent-type: application/problem+json\r\n"
    rest = f"content-length: {len(content)}\r\ncache-control: no-store\r\nconnection: close\r\n\r\n"
    return line.encode() + header + rest.encode() + content


_NO_HTTP = _problem(400, "bad-request", "Bad Request", "the request does not parse as HTTP/1.1")
