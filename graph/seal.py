"""A second wall around strangers' queries: a process that can make no socket.

The guard reads a query before the engine does; what it might overlook ends here. On Linux a seccomp filter refuses
`socket` (and io_uring, which could make one) in every thread of the process, for good; files that are open, and new
ones, are not concerned. Elsewhere the guard stands alone.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
import sys

_ALLOW, _REFUSE, _LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _RETURN = (
    0x7FFF0000,
    0x00050000 | errno.EACCES,
    0x20,
    0x15,
    0x35,
    0x06,
)
_IO_URING_SETUP = 425  # the same number everywhere
# Of each machine: its name for seccomp, the numbers of `socket` and of `seccomp`, and where another numbering begins.
_MACHINES = {
    "x86_64": (0xC000003E, 41, 317, 0x40000000),
    "aarch64": (0xC00000B7, 198, 277, 0xFFFFFFFF),
}
_PR_SET_NO_NEW_PRIVS, _SET_MODE_FILTER, _ALL_THREADS = 38, 1, 1


def refuse_sockets() -> bool:
    """Take from this process the ability to make sockets; False where the system offers no way."""
    machine = _MACHINES.get(platform.machine())
    if sys.platform != "linux" or machine is None:
        return False
    name, socket, seccomp, others = machine
    instructions = [
        (_LOAD, 0, 0, 4),  # the machine of this call
        (_JUMP_EQUAL, 0, 5, name),  # that of another machine: refuse
        (_LOAD, 0, 0, 0),  # its number
        (_JUMP_AT_LEAST, 3, 0, others),
        (_JUMP_EQUAL, 2, 0, socket),
        (_JUMP_EQUAL, 1, 0, _IO_URING_SETUP),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in instructions))
    program = ctypes.create_string_buffer(struct.pack("@HP", len(instructions), ctypes.addressof(code)))
    system = ctypes.CDLL(None, use_errno=True)
    if system.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(system.syscall(seccomp, _SET_MODE_FILTER, _ALL_THREADS, program) == 0)
