"""Whose turn is it, among the threads of this process?

SQLite lets one writer in and has the others ask again, each at its own moment, so that one of eight may come last for
seconds. Here they wait in the order in which they came.
"""

from __future__ import annotations

import threading
from collections import deque


class Turns:
    """One turn, handed from thread to thread in the order of asking; not for a thread that has it already."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Lock] = deque()

    def take(self, seconds: float) -> bool:
        """Wait for the turn, at most so long; whether it came.

        >>> turns = Turns()
        >>> turns.take(0), turns.take(0.01)
        (True, False)
        """
        mine = threading.Lock()
        with self._guard:
            if not self._taken:
                self._taken = True
                return True
            mine.acquire()
            self._waiting.append(mine)
        if mine.acquire(timeout=seconds):
            return True
        with self._guard:
            if mine in self._waiting:
                self._waiting.remove(mine)
                return False
        return True  # it came in the last moment

    def give(self) -> None:
        """Hand the turn on."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False
