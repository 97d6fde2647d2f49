"""Our own questions to the graph: one a file, its first line says what it answers.

A variable that is bound from outside stands in the projection. Prefixes are those of ontology/terms.py.
"""
