"""Which counts must be hidden so that no small one can be read or worked out from what is published?

Published are *numbers*: each is the sum of some *atoms* (counts of the finest groups, whole and never negative). A
table's cells, its totals, and the tables of earlier quarters are all such sums, so that whatever follows by adding and
subtracting published numbers, over all tables, follows from their atoms. `links` are sums that are known to be equal
although neither is shown (the same families, counted twice).

*Primary*: a count from 1 to `threshold` is hidden; 0 is shown, as the rule says. A line that says "all of them" (one
cell holds the whole line) tells something of everybody in it: that cell and a 0 beside it are hidden too.
*Complementary*: further numbers, inner cells before totals, then the smallest, that leave no hidden number and no
hidden atom (a difference between quarters, say) derivable. While one or two suffice they are the fewest; beyond that
numbers are hidden one by one, and none is left hidden without need.

A hidden number is safe when another set of atoms exists that agrees with everything shown and gives it another value
(`another`). It is looked for by moving one count at a time and mending what that breaks, so a number that is called
safe is safe; one that is not found safe is hidden further. The reader is taken to know more than she does: which cells
are primary (1 to `threshold`), and which are not (above it, or 0).
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

Atom = Hashable
Key = Hashable

MOST_STEPS = 400
"""Moves that are tried before a number counts as not safe."""
MOST_PATTERNS = 400
"""Sets of complementary cells that are tried before cells are taken one by one."""


@dataclass(frozen=True)
class Number:
    """One number of a table: its atoms. `inner` cells are hidden before totals; `line` names the row that it belongs
    to when the row could say "all of them"."""

    atoms: frozenset[Atom]
    inner: bool = True
    line: Key | None = None


@dataclass(frozen=True)
class Publication:
    """Everything that is or will be published: `numbers` by key, the true `counts` of the atoms, which numbers were
    `shown` or `hidden` before (that cannot be changed any more), and `links` between equal sums."""

    numbers: Mapping[Key, Number]
    counts: Mapping[Atom, int]
    shown: frozenset[Key] = frozenset()
    hidden: frozenset[Key] = frozenset()
    links: Sequence[tuple[frozenset[Atom], frozenset[Atom]]] = ()

    def value(self, key: Key) -> int:
        """The true value of a number."""
        return sum(self.counts[atom] for atom in self.numbers[key].atoms)

    @property
    def free(self) -> list[Key]:
        """The numbers that were not published before."""
        return [key for key in self.numbers if key not in self.shown and key not in self.hidden]


@dataclass(frozen=True)
class Pattern:
    """What is hidden of the new numbers, and why: because it is small, because a line says "all", or so that another
    cannot be worked out."""

    small: frozenset[Key] = field(default_factory=frozenset)
    whole: frozenset[Key] = field(default_factory=frozenset)
    complementary: frozenset[Key] = field(default_factory=frozenset)

    @property
    def all(self) -> frozenset[Key]:
        """Every hidden key."""
        return self.small | self.whole | self.complementary


def suppress(publication: Publication, threshold: int) -> Pattern:
    """Decide what is hidden.

    >>> sites = {name: Number(frozenset({name})) for name in "abc"} | {"all": Number(frozenset("abc"), inner=False)}
    >>> sorted(suppress(Publication(sites, {"a": 25, "b": 14, "c": 3}), 10).all)
    ['b', 'c']
    """
    small = frozenset(key for key in publication.free if 1 <= publication.value(key) <= threshold)
    whole = frozenset(_whole_lines(publication)) - small
    more = _complementary(publication, small | whole, threshold)
    return Pattern(small, whole, more)


def derivable(publication: Publication, hidden: Collection[Key], threshold: int) -> list[Key | Atom]:
    """The hidden numbers, and the small atoms that nobody published, that could be worked out."""
    audit = _Audit(publication, frozenset(hidden) | publication.hidden, threshold)
    return [name for name, atoms in audit.secrets() if audit.another(atoms) is None]


def _whole_lines(publication: Publication) -> Iterator[Key]:
    """In each line that holds everybody in one cell: that cell, and the first that holds nobody."""
    lines: dict[Key, list[Key]] = {}
    for key in publication.free:
        if (line := publication.numbers[key].line) is not None:
            lines.setdefault(line, []).append(key)
    for keys in lines.values():
        full = [key for key in keys if publication.value(key)]
        empty = [key for key in keys if not publication.value(key)]
        if len(full) == 1 and empty:
            yield from (full[0], empty[0])


# --- complementary cells


def _complementary(publication: Publication, primary: frozenset[Key], threshold: int) -> frozenset[Key]:
    search = _Search(publication, primary, threshold)
    if search.suffices(()):
        return frozenset()
    # a total of nobody is hidden only where it would tell that a hidden cell is nobody
    nobody = frozenset().union(*(publication.numbers[key].atoms for key in primary if not publication.value(key)))
    candidates = sorted(
        (
            key
            for key in publication.free
            if key not in primary
            and (publication.value(key) or (not publication.numbers[key].inner and search.atoms(key) & nobody))
        ),
        key=lambda key: (not publication.numbers[key].inner, publication.value(key), str(key)),
    )
    return search.fewest(candidates) or search.one_by_one(candidates)


class _Search:
    """The search for complementary cells. It asks first for the secret that was derivable last, and keeps the changes
    that it found: most of them serve another pattern, and another secret, as well."""

    def __init__(self, publication: Publication, primary: frozenset[Key], threshold: int) -> None:
        self._publication, self._primary, self._threshold = publication, primary, threshold
        self._last: Key | Atom | None = None
        self._changes: list[Mapping[Atom, int]] = []

    def atoms(self, key: Key) -> frozenset[Atom]:
        """The atoms of a number."""
        return self._publication.numbers[key].atoms

    def suffices(self, keys: Collection[Key]) -> bool:
        """Whether nothing is derivable once these are hidden, too."""
        audit = _Audit(self._publication, self._primary | frozenset(keys) | self._publication.hidden, self._threshold)
        changes = [change for change in self._changes if audit.agrees(change)]
        for name, atoms in sorted(audit.secrets(), key=lambda secret: secret[0] != self._last):
            if any(sum(change.get(atom, 0) for atom in atoms) for change in changes):
                continue
            found = audit.another(atoms)
            if found is None:
                self._last = name
                return False
            changes.append(found)
            self._changes.append(found)
        return True

    def fewest(self, candidates: Sequence[Key]) -> frozenset[Key] | None:
        """The best of the smallest sets that suffice: all sets of one, then of two, as long as they can be tried."""
        tried, numbers = 0, self._publication.numbers
        for size in (1, 2):
            sets = sorted(
                combinations(candidates, size),
                key=lambda keys: (
                    sum(not numbers[key].inner for key in keys),
                    sum(map(self._publication.value, keys)),
                ),
            )
            tried += len(sets)
            if tried > MOST_PATTERNS:
                return None
            for keys in sets:
                if self.suffices(keys):
                    return frozenset(keys)
        return None

    def one_by_one(self, candidates: Sequence[Key]) -> frozenset[Key]:
        """Hide cell after cell beside what is derivable until nothing is; then show again what need not be hidden."""
        hidden: list[Key] = []
        waiting = list(candidates)
        while waiting and not self.suffices(hidden):
            near = self._beside(self._last)
            following = next((key for key in waiting if self.atoms(key) & near), waiting[0])
            waiting.remove(following)
            hidden.append(following)
        for key in reversed(list(hidden)):
            fewer = [one for one in hidden if one != key]
            if self.suffices(fewer):
                hidden = fewer
        return frozenset(hidden)

    def _beside(self, name: Key | Atom | None) -> frozenset[Atom]:
        """The atoms of all sums that a derivable number is part of."""
        numbers = self._publication.numbers
        atoms = numbers[name].atoms if name in numbers else frozenset({name})
        return frozenset().union(*(number.atoms for number in numbers.values() if number.atoms & atoms))


# --- the audit


class _Audit:
    """Whether what is hidden could be worked out from what is shown."""

    def __init__(self, publication: Publication, hidden: frozenset[Key], threshold: int) -> None:
        self._counts, self._threshold = publication.counts, threshold
        numbers = publication.numbers
        self._hidden = {key: numbers[key].atoms for key in numbers if key in hidden}
        shown = [numbers[key].atoms for key in numbers if key not in hidden]
        # a sum that is shown stays as it is; two that are equal stay equal
        self._fixed: list[dict[Atom, int]] = [dict.fromkeys(atoms, 1) for atoms in shown]
        self._fixed += [
            dict.fromkeys(one - other, 1) | dict.fromkeys(other - one, -1) for one, other in publication.links
        ]
        still = {atom for atoms in shown if sum(self._counts[a] for a in atoms) == 0 for atom in atoms}
        still |= {next(iter(atoms)) for atoms in shown if len(atoms) == 1}
        self._movable = {atom for atom in self._counts if atom not in still}
        self._sums_of: dict[Atom, list[int]] = {atom: [] for atom in self._counts}
        for place, weights in enumerate(self._fixed):
            for atom in weights:
                self._sums_of[atom].append(place)

    def secrets(self) -> Iterator[tuple[Key | Atom, frozenset[Atom]]]:
        """What must not be derivable: every hidden number, and every small atom that is no number of its own."""
        yield from self._hidden.items()
        single = {next(iter(atoms)) for atoms in self._hidden.values() if len(atoms) == 1}
        for atom, count in self._counts.items():
            if atom not in single and 1 <= count <= self._threshold:
                yield atom, frozenset({atom})

    def another(self, secret: frozenset[Atom]) -> Mapping[Atom, int] | None:
        """A change of the atoms that nobody could tell from the truth and that changes `secret`; None if none was
        found."""
        steps = [MOST_STEPS]
        for start in sorted(secret & self._movable, key=str):
            for step in (1, -1):
                found = self._mend({start: step}, secret, steps)
                if found is not None:
                    return found
        return None

    def agrees(self, change: Mapping[Atom, int]) -> bool:
        """Whether a change leaves everything that is shown as it is."""
        return self._broken(change) is None and self._movable.issuperset(change) and self._is_allowed(change)

    def _mend(self, change: dict[Atom, int], secret: frozenset[Atom], steps: list[int]) -> dict[Atom, int] | None:
        """Complete a change: mend the first sum that it breaks with another atom of that sum."""
        steps[0] -= 1
        if steps[0] < 0:
            return None
        broken = self._broken(change)
        if broken is None:
            return change if sum(change.get(atom, 0) for atom in secret) and self._is_allowed(change) else None
        weights, off = broken
        for atom in sorted(weights, key=lambda one: (self._new_breaks(one, change), -self._counts[one], str(one))):
            step = (-1 if off > 0 else 1) * weights[atom]
            if atom in change or atom not in self._movable or self._counts[atom] + step < 0:
                continue
            found = self._mend(change | {atom: step}, secret, steps)
            if found is not None:
                return found
        return None

    def _broken(self, change: Mapping[Atom, int]) -> tuple[dict[Atom, int], int] | None:
        for place in {place for atom in change for place in self._sums_of[atom]}:
            off = sum(step * self._fixed[place].get(atom, 0) for atom, step in change.items())
            if off:
                return self._fixed[place], off
        return None

    def _new_breaks(self, atom: Atom, change: Mapping[Atom, int]) -> int:
        """How many sums an atom touches that are whole so far: the fewer, the sooner it is tried."""
        touched = {place for other in change for place in self._sums_of[other]}
        return sum(place not in touched for place in self._sums_of[atom])

    def _is_allowed(self, change: Mapping[Atom, int]) -> bool:
        """Whether every hidden number stays what its reader may take it for: small, or above the threshold, or 0."""
        for atoms in self._hidden.values():
            step = sum(change.get(atom, 0) for atom in atoms)
            before = sum(self._counts[atom] for atom in atoms)
            if step and before and not self._same_kind(before, before + step):
                return False
        return all(self._counts[atom] + step >= 0 for atom, step in change.items())

    def _same_kind(self, before: int, after: int) -> bool:
        return 1 <= after and (before <= self._threshold) == (after <= self._threshold)
