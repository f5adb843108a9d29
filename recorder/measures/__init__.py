"""Figures from observations, ratings and sorts: pure functions over values, standard library only.

`VERSION` goes with every stored figure; it changes when a figure of the same observation would change.
"""

VERSION = 1
