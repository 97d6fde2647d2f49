"""The RDF files of this package, read where they are installed."""

from importlib.resources import files
from typing import Literal, TypeAlias

Name: TypeAlias = Literal["schema.ttl", "vocab.ttl", "labels.uk.ttl", "shapes.ttl"]


def text(name: Name) -> str:
    """Read one of the package's Turtle files.

    Args:
        name: the file, such as ``"vocab.ttl"``.

    Returns:
        Its Turtle, with LF line ends.

    >>> text("shapes.ttl").startswith("# What the graph must hold")
    True
    """
    return (files("ontology") / name).read_text(encoding="utf-8")
