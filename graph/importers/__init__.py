"""Public tables become claims: one module a table, and what the modules share.

    importer    what an importer is, and one run of it
    draft       what it makes of its files: documents, claims, things, what it skipped
    rows        the rows of CSV and JSON files, with their line; what is broken in words
    proposals   events that may be curated ones, for a person to decide
    mapping     what the columns of somebody's own table mean
    names       names resolved to declared things, where that is certain
    copies      the memory of every copy that was imported; the file that the build reads

`sitrep import NAME FILE ... --out DIR` runs one of them, `sitrep build DATA DIR` compiles what it wrote together with
the sheets of the data folder, by the same compiler. How one is written stands in CONTRIBUTING.md, "An importer".
"""

from graph.importers import attacks, estimates, ftm, losses, oryx, table
from graph.importers.importer import Importer


def importers() -> dict[str, Importer]:
    """Every importer by its name."""
    return {module.IMPORTER.name: module.IMPORTER for module in (losses, estimates, oryx, attacks, ftm, table)}
