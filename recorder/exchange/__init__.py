"""Observations from files and into files: the observation file, BORIS (project and tables), tiers (ELAN), TextGrid,
SDIS, tables; from CHAT and INTERACT.

Each format is one module with `read(content, file, ...)` and `write(coded)`; `files` chooses one by a name's ending.
What a file holds before a scheme gives its codes a meaning is a `Coded`. Every refusal is an `Unreadable` with one
sentence: the file, the place in it, the cure. All times are whole milliseconds from the start of the observation.
"""
