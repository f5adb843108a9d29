"""The tables, one file a thing. Every row belongs to a programme; nothing here knows a page."""

from recorder.records import families, instruments, observations, people, sheets, visits

__all__ = ["families", "instruments", "observations", "people", "sheets", "visits"]
