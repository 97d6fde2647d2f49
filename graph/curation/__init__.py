"""From files that people write to quads: the only part of the project that reads `data/`.

source        YAML with the line of every value          vocabulary  the words that a sheet may use
sheet         the models of a sheet                      reference   the Turtle files and what they declare
compiler      sheets to claims, passages, measurands     data        all of a folder, checked but for shapes
expectations  least and most counts of a built graph
"""
