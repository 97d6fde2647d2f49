"""A process that can be killed: it is sent a function and arguments, and sends back what comes of them.

`anyio.to_process` does the same with more between the two: this one is a socket pair, eight bytes of length and a
pickle, read straight into the memory that holds it (docs/decisions/ tells what that saves). The process ends when its
other end is closed, and when its parent dies.
"""

from __future__ import annotations

import asyncio
import ctypes
import io
import pickle
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import is_dataclass
from typing import ParamSpec, TypeVar

import anyio

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

HEAD = 8  # bytes that tell how long a message is
SMALL = 64 * 1024  # bytes of a message, with its head, that are read at once
ENDING = 5.0  # seconds from the end of its channel to the end of a process
_PR_SET_PDEATHSIG = 1


class WorkerEnded(Exception):
    """The process is gone before it answered: the system refused it memory, or somebody killed it."""


class Worker:
    """One process, which does one thing at a time. Make it with `start`, inside the event loop that uses it."""

    def __init__(self, process: subprocess.Popen[bytes], transport: asyncio.Transport, messages: _Messages) -> None:
        self._process, self._transport, self._messages = process, transport, messages
        self._doing: asyncio.Future[bytes | bytearray] | None = None

    @classmethod
    async def start(cls) -> Worker:
        """Start a process; it takes a tenth of a second until it is ready, which `run` waits for.

        Raises:
            OSError: the system gives none.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                # not in a thread: the system ends the child with the thread that made it
                process = subprocess.Popen(  # noqa: ASYNC220, S603
                    [sys.executable, "-m", "api.worker", str(theirs.fileno())],
                    pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                )  # fmt: skip
            except OSError:
                ours.close()
                raise
        ours.setblocking(False)
        transport, messages = await asyncio.get_running_loop().create_connection(_Messages, sock=ours)
        return cls(process, transport, messages)

    async def run(
        self, function: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> Result:
        """Call a function of a module in the process; when cancelled meanwhile, it is still busy with it.

        Raises:
            WorkerEnded: the process is gone.
            Exception: what the function raised.
        """
        message = pickle.dumps((function, args, kwargs), pickle.HIGHEST_PROTOCOL)
        self._doing = self._messages.expect()
        self._transport.write(len(message).to_bytes(HEAD, "big") + message)
        returned, value = _Values(io.BytesIO(await asyncio.shield(self._doing))).load()
        self._doing = None
        if not returned:
            raise value
        return value  # type: ignore[no-any-return]

    @property
    def usable(self) -> bool:
        """Whether it is there and waits for work."""
        return not self._messages.lost and self._doing is None

    async def finish(self, seconds: float) -> bool:
        """Let it come to an end with what nobody waits for any more; whether it did within some seconds."""
        if self._doing is not None:
            done, _ = await asyncio.wait([self._doing], timeout=seconds)
            if done:
                self._doing = None  # nobody reads it
        return self.usable

    async def ended(self) -> int:
        """How it ended, as `subprocess.Popen.returncode` says it: below zero, the number of a signal."""
        with suppress(subprocess.TimeoutExpired), anyio.CancelScope(shield=True):
            return await anyio.to_thread.run_sync(self._process.wait, ENDING)
        await self.kill()  # it closed its channel and lives on
        return self._process.returncode

    async def kill(self) -> None:
        """End the process, whatever it does, and wait until it is gone: what it held is free again."""
        self._transport.abort()
        self._process.kill()
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(self._process.wait)


class _Values(pickle.Unpickler):
    """Reads values and errors only: a process that strangers' queries ran in is not to be trusted with more."""

    def find_class(self, module_name: str, global_name: str) -> type:
        """A dataclass of ours, or an error."""
        if module_name == "builtins" or module_name.startswith("graph."):
            found = super().find_class(module_name, global_name)
            if isinstance(found, type) and (is_dataclass(found) or issubclass(found, Exception)):
                return found
        raise pickle.UnpicklingError(f"{module_name}.{global_name} is no value")


class _Messages(asyncio.BufferedProtocol):
    """What comes from the process, one message at a time.

    Head and all come by one read where the message is small; a large one is read straight into its own memory.
    """

    def __init__(self) -> None:
        self._expected: asyncio.Future[bytes | bytearray] | None = None
        self.lost = False
        self._small = memoryview(bytearray(SMALL))
        self._large: bytearray | None = None
        self._filled = 0

    def expect(self) -> asyncio.Future[bytes | bytearray]:
        """The next message, as soon as it is whole."""
        self._expected = asyncio.get_running_loop().create_future()
        if self.lost:
            self._expected.set_exception(WorkerEnded())
        return self._expected

    def get_buffer(self, sizehint: int) -> memoryview:
        return memoryview(self._large)[self._filled :] if self._large is not None else self._small[self._filled :]

    def buffer_updated(self, nbytes: int) -> None:
        self._filled += nbytes
        if self._large is None and self._filled >= HEAD:
            size = int.from_bytes(self._small[:HEAD], "big")
            if self._filled == HEAD + size:
                self._done(bytes(self._small[HEAD : self._filled]))
            elif HEAD + size > SMALL:
                self._large = bytearray(size)
                self._filled -= HEAD
                self._large[: self._filled] = self._small[HEAD : HEAD + self._filled]
        elif self._large is not None and self._filled == len(self._large):
            self._done(self._large)

    def _done(self, whole: bytes | bytearray) -> None:
        self._large, self._filled = None, 0
        if self._expected is not None and not self._expected.done():
            self._expected.set_result(whole)

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True
        if self._expected is not None and not self._expected.done():
            self._expected.set_exception(WorkerEnded())
            self._expected.exception()  # perhaps nobody waits for it


def main() -> None:
    """In the process: do what is asked until nobody asks any more."""
    if sys.platform == "linux":  # a parent that is killed cannot end a query that never ends
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's
    with socket.socket(fileno=int(sys.argv[1])) as channel, channel.makefile("rb") as asked:
        while head := asked.read(HEAD):
            function, args, kwargs = pickle.loads(asked.read(int.from_bytes(head, "big")))  # noqa: S301
            try:
                answer = pickle.dumps((True, function(*args, **kwargs)), pickle.HIGHEST_PROTOCOL)
            except Exception as error:  # noqa: BLE001  it is raised again where it was asked
                answer = pickle.dumps((False, error), pickle.HIGHEST_PROTOCOL)
            head = len(answer).to_bytes(HEAD, "big")
            if len(answer) < SMALL:
                channel.sendall(head + answer)  # one call, and one read at the other end
            else:
                channel.sendall(head)
                channel.sendall(answer)
            del answer


if __name__ == "__main__":
    main()
