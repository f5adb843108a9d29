"""Drawings, each made by one `draw()` with a pen: the same drawing stands in a page (SVG) and on paper.

A drawing gets finished values and words; it computes positions, nothing else. Lengths are units of the pen's own
square grid, y grows downwards. What a stroke means is its *role* (`cue`, `interval`, `axis` ...); each pen knows what
a role looks like. No drawing relies on colour alone, none uses red, none says that more is better.
"""
