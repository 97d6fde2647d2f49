"""What the conformance tests share: a real server on a port of its own."""

from tests.api.conftest import serve

__all__ = ["serve"]
