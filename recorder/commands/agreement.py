"""`recorder agreement`: would two observers of one moment have seen the same?

No scheme is needed: the codes are those that the files hold. The text speaks in the sentences that a programme manager
reads; the JSON has everything, undefined as null. Times of disagreements are on A's clock.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace

import click

from recorder.commands.reading import Said, coded, observation_options, scheme_of
from recorder.exchange import files
from recorder.exchange.coded import Coded, Unreadable, observation
from recorder.instruments import library
from recorder.instruments.scale import Scale
from recorder.instruments.scheme import RESERVED, Marker, Scheme, State
from recorder.measures.agreement import TOLERANCE_MS, Agreement, Difference
from recorder.measures.observation import Observation
from recorder.measures.pair import UNIT_MS, Clocks, Pair, align, as_document, compare

EXAMPLE = "Example: recorder agreement project.boris#V01_A project.boris#V01_B --tolerance-ms 2000"
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


@click.command("agreement", epilog=EXAMPLE)
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@click.option(
    "--tolerance-ms",
    type=click.IntRange(0, HOUR_MS),
    default=TOLERANCE_MS,
    show_default=True,
    metavar="N",
    help="How far apart both may have tapped one event.",
)
@click.option(
    "--unit-ms",
    type=click.IntRange(10, HOUR_MS),
    default=UNIT_MS,
    show_default=True,
    metavar="N",
    help="How long a unit of time is.",
)
@click.option(
    "--offset-ms",
    type=click.IntRange(-DAY_MS, DAY_MS),
    metavar="N",
    help="Added to B's times. Without it: by the first SYNC of both, else 0.",
)
@observation_options
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(
    a: str,
    b: str,
    tolerance_ms: int,
    unit_ms: int,
    offset_ms: int | None,
    scheme: str | None,
    columns: Mapping[str, str] | None,
    duration_ms: int | None,
    form: str,
) -> None:
    """Compare two observers of one moment (A and B: FILE or FILE#OBSERVATION)."""
    one, other = _observed(a, b, Said(scheme, columns, duration_ms))
    pair = compare(
        one,
        other,
        clocks=align(one, other) if offset_ms is None else Clocks(offset_ms, "given"),
        tolerance_ms=tolerance_ms,
        unit_ms=unit_ms,
        scales=_scales(one),
    )
    if form == "json":
        click.echo(json.dumps(as_document(pair), ensure_ascii=False, allow_nan=False))
    else:
        click.echo("\n".join(_text(a, b, pair)))


def _observed(a: str, b: str, said: Said) -> tuple[Observation, Observation]:
    """Both observations, under one scheme that holds what they hold."""
    one, other = (coded(file, _of(file, said, a, b)) for file in (a, b))
    longest = max(one.last_ms, other.last_ms)
    one, other = (
        replace(read, duration_ms=longest if read.duration_ms is None else read.duration_ms) for read in (one, other)
    )
    scheme = _scheme(one, other, said)
    return observation(one, scheme), observation(other, scheme)


def _of(file: str, said: Said, a: str, b: str) -> Said:
    """What the options say about one of two files: columns are a table's, when the other is none."""
    is_table = {name: files.format_of(files.parts(name)[0]).table for name in (a, b)}
    return said if is_table[file] or not any(is_table.values()) else replace(said, columns=None)


def _scheme(one: Coded, other: Coded, said: Said) -> Scheme:
    """The scheme that the options or both files name, else one of every code that is there. Raises `Unreadable`."""
    if said.scheme:
        return scheme_of(one)
    named = [_known(read) for read in (one, other) if read.scheme is not None]
    if one.scheme is not None and other.scheme is not None and _name(one) != _name(other):
        raise Unreadable(
            other.file,
            f"it was coded with {_name(other)}, and {one.file} with {_name(one)}: what different schemes say cannot be "
            "compared",
        )
    known = next((scheme for scheme in named if scheme), None)
    ignored = known.ignored if known else frozenset()
    states = one.states | other.states | {state.code for state in (known.states if known else ())}
    codes = sorted({mark.event.code for read in (one, other) for mark in read.marks} - RESERVED - ignored)
    return Scheme(
        known.name if known else "codes",
        known.version if known else 1,
        cues=(),
        responses=(),
        markers=tuple(Marker(code) for code in codes if code not in states),
        states=tuple(State(code) for code in codes if code in states),
        ignored=ignored,
    )


def _known(read: Coded) -> Scheme | None:
    """The scheme that a file names; None when it is neither built in nor in the file: none is needed."""
    return None if isinstance(read.scheme, str) and _builtin(read.scheme) is None else scheme_of(read)


def _builtin(id: str) -> library.Instrument | None:
    try:
        return library.builtin(id)
    except LookupError:
        return None


def _name(read: Coded) -> str:
    """What a file's scheme is called, with its version: other editions have other meanings."""
    known = _known(read)
    return known.id if known else str(read.scheme)


def _scales(seen: Observation) -> list[Scale]:
    """The built-in scale sets that were rated: their composites can be compared."""
    return [scale for id in seen.ratings if isinstance(scale := _builtin(id), Scale)]


def _text(a: str, b: str, pair: Pair) -> Iterator[str]:
    yield f"A  {a}: {_events(len(pair.events_a))}"
    yield f"B  {b}: {_events(len(pair.events_b))}"
    yield _clocks(pair.clocks)
    yield ""
    yield from (f"  {line}" for line in _sentences(pair))
    differences = [*pair.events.differences, *(pair.states.differences if pair.states else ())]
    if differences:
        yield ""
        yield from _table(sorted(differences, key=lambda gone: gone.t_ms))


def _clocks(clocks: Clocks) -> str:
    moved = f"{clocks.offset_ms:+} ms were added to B's times"
    return {
        "sync": f'Aligned by the taps on a spoken "now": {moved}.',
        "utc": f"Aligned by the clocks: {moved}.",
        "given": f"Aligned as given: {moved}.",
    }.get(clocks.aligned_by, "Times are compared as they are in the files.")


def _sentences(pair: Pair) -> Iterator[str]:
    found = pair.events
    if found.events.n:
        yield (
            f"The two observers gave the same code to {found.agreed} of {_events(found.events.n)} that at least one of "
            f"them coded ({found.percent_agreement:.0f}%)."
        )
        yield (
            f"Coded differently: {found.different}. Only A coded (missed by B): {found.only_a}. "
            f"Only B coded (missed by A): {found.only_b}."
        )
    if found.events.kappa is not None:
        yield (
            f"After allowing for lucky matches, agreement is {_two(found.events.kappa)}, "
            f"based on {_events(found.events.n)}."
        )
    if found.median_abs_dt_ms is not None:
        yield f"Half of the events that both coded lie within {_seconds(found.median_abs_dt_ms)} of each other."
    if pair.states:
        yield _of_states(pair.states)
    yield from _units(pair)
    yield from _ratings(pair)
    yield from pair.warnings


def _of_states(found: Agreement) -> str:
    return (
        f"Of {_n(found.events.n, 'state')} that lasted a while both began {found.agreed} within "
        f"{_seconds(found.tolerance_ms)}; {found.only_a} only A coded so, {found.only_b} only B, {found.different} as "
        "another state."
    )


def _units(pair: Pair) -> Iterator[str]:
    units = pair.units
    if units.kappa_a is None or units.kappa_b is None:
        return
    tolerance = _seconds(units.tolerance_units * pair.unit_ms)
    yield (
        f"In pieces of {_seconds(pair.unit_ms)}, with {tolerance} of tolerance: beyond lucky matches "
        f"{_two(units.kappa_a)} with A as the reference, {_two(units.kappa_b)} with B, based on {units.units} pieces."
    )


def _ratings(pair: Pair) -> Iterator[str]:
    for one in pair.ratings:
        apart = one.difference
        if apart is None:
            yield f"{one.scale}: A {_rating(one.a)}, B {_rating(one.b)}."
        else:
            said = "the same" if apart == 0 else f"B is {abs(apart):g} {'higher' if apart > 0 else 'lower'}"
            yield f"{one.scale}: A {_rating(one.a)}, B {_rating(one.b)}, {said}."


def _rating(value: float | str | None) -> str:
    return "did not rate" if value is None else "not observed" if value == "NOB" else f"{float(value):.3g}"


def _table(differences: list[Difference]) -> Iterator[str]:
    width = max([len(gone.a.code) for gone in differences if gone.a] + [len("nothing")])
    yield f"  Where they differ, on A's clock ({len(differences)}):"
    for gone in differences:
        one, other = (event.code if event else "nothing" for event in (gone.a, gone.b))
        yield f"  {_clock(gone.t_ms):>10}  A {one:{width}}  B {other}"


def _clock(ms: int) -> str:
    minutes, rest = divmod(ms, 60_000)
    return f"{minutes}:{rest // 1000:02}.{rest % 1000:03}"


def _events(n: int) -> str:
    return _n(n, "event")


def _n(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def _two(value: float) -> str:
    """Two decimals, without the zero before the point, as the field writes kappas."""
    return f"{value:.2f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:.2f}"


def _seconds(ms: float) -> str:
    said = f"{ms / 1000:.2f}".rstrip("0").rstrip(".")
    return f"{said} second" if said == "1" else f"{said} seconds"
