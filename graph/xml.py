"""XML as it has to be: what the engine writes raw and an XML 1.0 parser would refuse or change.

A carriage return is normalized away by every parser unless it is written as a reference; most control characters cannot
stand in XML 1.0 at all, not even as references (XML 1.0, 2.2 and 2.11).
"""

from __future__ import annotations

import re

from graph.errors import NotInThisFormat

MEDIA_TYPES = ("application/sparql-results+xml", "application/rdf+xml")
_FORBIDDEN = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")


def well_formed(document: bytes) -> bytes:
    """An XML document of the engine's, so that a parser reads what was meant.

    Raises:
        NotInThisFormat: it has a character that XML cannot hold.
    """
    found = _FORBIDDEN.search(document)
    if found:
        raise NotInThisFormat(f"XML cannot hold the character U+{ord(found[0].decode('utf-8')):04X} of this answer")
    return document.replace(b"\r", b"&#13;")
