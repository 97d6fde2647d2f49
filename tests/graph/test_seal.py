"""A process that can make no socket: tried in a process of its own, for there is no way back."""

from __future__ import annotations

import socket
import subprocess
import sys

ASKS = """
import socket, sys, threading
from pyoxigraph import Store
from graph.seal import refuse_sockets

store = Store()
if not refuse_sockets():
    sys.exit(3)

def ask():
    try:
        list(store.query("SELECT * { SERVICE <http://127.0.0.1:%d/> { ?s ?p ?o } }"))
    except OSError:
        print("refused")

ask()
other = threading.Thread(target=ask)
other.start()
other.join()
try:
    socket.socket()
except PermissionError:
    print("refused")
print(open(sys.argv[1]).readline().strip())
"""


def test_no_thread_of_a_sealed_process_reaches_another_host() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        port = listener.getsockname()[1]
        ended = subprocess.run(
            [sys.executable, "-c", ASKS % port, __file__], capture_output=True, text=True, check=False
        )
        try:
            listener.accept()
            reached = True
        except TimeoutError:
            reached = False
    if ended.returncode == 3:
        assert sys.platform != "linux"
        return
    assert ended.stdout.split("\n")[:3] == ["refused"] * 3, ended.stderr
    assert "a process that can make no socket" in ended.stdout.lower(), "files stay within reach"
    assert not reached
