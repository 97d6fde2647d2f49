"""The words of the graph: its terms, its vocabulary and the shapes that its data must fit.

``schema.ttl`` defines classes and properties, ``vocab.ttl`` the concepts and units, ``labels.uk.ttl`` their Ukrainian
labels, and ``shapes.ttl`` what data must hold. ``terms`` has the IRIs as Python names, ``conformance`` checks a graph,
``files`` reads the four files.
"""
