"""Exploring: a picture that grows step by step, each step from what stands there already.

A `View` is all that a picture depends on: where it starts, the steps since, and what is filtered. It fits into an
address, and the same view of the same snapshot is the same picture to the pixel. `steps` reads and writes views,
`scene` replays one to nodes and edges, `places` says where things stand (`small` in a small picture), `filters` what is
shown, `query` writes the SPARQL that finds the same edges, `exports` the files to take away.
"""

from graph.explore.filters import Filters
from graph.explore.scene import MOST_NODES, PAGE, Card, Edge, Explorer, More, Scene
from graph.explore.steps import Step, View, step_of

__all__ = ["MOST_NODES", "PAGE", "Card", "Edge", "Explorer", "Filters", "More", "Scene", "Step", "View", "step_of"]
