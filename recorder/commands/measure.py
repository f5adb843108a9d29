"""`recorder measure`: what do observations say, in figures that each carry their n?

The text speaks in the sentences that a programme manager reads; the JSON has everything, undefined as null.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

from recorder.commands.reading import Said, each_observed, observation_options
from recorder.measures.figures import WARNINGS, CueFigures, Figures, as_document, figures
from recorder.measures.intervals import wilson
from recorder.measures.observation import Observation
from recorder.measures.time_units import NOTHING
from recorder.measures.transitions import Cell, Transitions, transitions
from recorder.measures.transitions import as_document as transitions_document

FEW = 10
MOST_TRANSITIONS = 8
SAID_BELOW = {WARNINGS["no_miss"], WARNINGS["few_seconds"]}
"""Warnings that the part on chance says in its own words."""
EXAMPLE = (
    "Example: recorder measure visit.csv --scheme own.json --columns time=onset,until=offset,code=speaker --format json"
)


@click.command("measure", epilog=EXAMPLE)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--window-ms", type=click.IntRange(1, 3_600_000), metavar="N", help="In place of the scheme's windows.")
@click.option("--merge-ms", type=click.IntRange(0, 3_600_000), metavar="N", help="In place of the scheme's merging.")
@observation_options
@click.option("--format", "form", type=click.Choice(["text", "json", "csv"]), default="text", show_default=True)
def command(
    files: tuple[str, ...],
    window_ms: int | None,
    merge_ms: int | None,
    scheme: str | None,
    columns: Mapping[str, str] | None,
    duration_ms: int | None,
    form: str,
) -> None:
    """Print the figures of observations: of each in FILE, or of FILE#OBSERVATION; as csv, one row each."""
    said = Said(scheme, columns, duration_ms)
    shown: list[Any] = []
    with click.progressbar(_each(files, said), file=sys.stderr, hidden=not sys.stderr.isatty()) as waiting:
        for name, seen in waiting:
            made = figures(seen, window_ms=window_ms, merge_ms=merge_ms)
            shown.append(_shown(form, name, seen, made))
    if form == "json":
        click.echo(json.dumps(shown[0] if len(shown) == 1 else shown, ensure_ascii=False, allow_nan=False))
    elif form == "csv":
        writer = csv.DictWriter(sys.stdout, shown[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(shown)
    else:
        click.echo("\n\n".join("\n".join(lines) for lines in shown))


def _each(names: Sequence[str], said: Said) -> Iterator[tuple[str, Observation]]:
    for name in names:
        for number, seen in enumerate(each_observed(name, said)):
            again = number > 0 or (seen.id is not None and name.lower().endswith((".boris", ".boris.gz")))
            yield f"{name}#{seen.id}" if again else name, seen


def _shown(form: str, name: str, seen: Observation, made: Figures) -> Any:
    if form == "json":
        return _document(seen, made)
    return _row(name, seen, made) if form == "csv" else list(_text(name, seen, made))


def _row(name: str, seen: Observation, made: Figures) -> dict[str, Any]:
    """One observation in one row; what is undefined is empty."""
    whole = made.overall
    low, high = whole.rate_interval or (None, None)
    return {
        "file": name,
        "id": seen.id,
        "scheme": seen.scheme.id,
        "observed_ms": made.observed_ms,
        "cues": whole.cues,
        "codable": whole.codable,
        "answered": whole.answered,
        "unanswered": whole.unanswered,
        "not_codable": whole.not_codable,
        "rate": whole.rate,
        "rate_low": low,
        "rate_high": high,
        "latency_median_ms": whole.latency.median,
        "follow_ups": made.follow_ups,
        "spontaneous": len(made.spontaneous),
    }


def _document(seen: Observation, made: Figures) -> dict[str, Any]:
    """The figures as they are stored, and the transitions, which are large and are made when they are asked for."""
    document = as_document(made, seen.id, seen.scheme.id)
    return document | {"transitions": transitions_document(transitions(seen))}


def _text(file: str, seen: Observation, made: Figures) -> Iterator[str]:
    yield file
    yield f"{seen.scheme.id}, {_clock(made.observed_ms)} observed"
    yield _rule(made)
    yield ""
    yield from (f"  {line}" for line in _sentences(made))
    rows = _rows(made)
    if len(rows) > 1:
        yield ""
        yield from (f"  {line}" for line in _table(rows))
    yield ""
    yield "  Against chance, in seconds (of this observation alone: never add up families)"
    yield from (f"  {line}" for line in _chance(made))
    yield from (f"  {line}" for line in _evenness(made))
    (table,) = [table for table in transitions(seen) if (table.given, table.target) == ("child", "caregiver")]
    yield from (f"  {line}" for line in _transitions(table))


def _rule(made: Figures) -> str:
    windows = sorted({window for window in made.rule.windows_ms.values()})
    merged = f", cues less than {_seconds(made.rule.merge_ms)} apart are one" if made.rule.merge_ms else ""
    return f"An answer may take {_range(windows)}; it counts for the latest cue{merged}"


def _sentences(made: Figures) -> Iterator[str]:
    whole = made.overall
    if whole.codable:
        yield _rate(whole)
        yield _median(whole, made)
    if whole.not_codable:
        yield f"{_cues(whole.not_codable)} not judged: the time for an answer was cut off."
    if whole.answered_by_another:
        yield f"{_cues(whole.answered_by_another)} answered by somebody else."
    yield (
        f"{made.follow_ups} further answers to cues that were answered; {len(made.spontaneous)} started by the "
        f"caregiver, {len(made.late)} of them late answers."
    )
    if made.fit and made.fit.share is not None:
        yield f"Of {made.fit.n} answers, {_percent(made.fit.share)} fitted the cue (fully or in part)."
    mended, hard = made.repair
    if hard:
        yield f"{mended} of {hard} hard moments were followed by comfort or making up within a minute."
    if made.balance is not None:
        yield f"Of what either started, {_percent(made.balance)} were cues of the child."
    yield from (said for said in made.warnings if said not in SAID_BELOW)


def _chance(made: Figures) -> Iterator[str]:
    chance = made.contingency
    (a, b), (c, d) = chance.table
    yield f"An answer started in {a} of {a + b} seconds within a cue's time, and in {c} of {c + d} others."
    if not (a + b and c + d and a + c and b + d):
        yield "That leaves nothing to compare: the odds ratio, Yule's Q and the residual are not defined."
    elif chance.few:
        yield "Fewer than 5 seconds in one of the four cells: too few for more than these counts."
    elif chance.interval and chance.odds_ratio is not None:
        low, high = chance.interval
        yield (
            f"Odds ratio {chance.odds_ratio:.2f} (95% interval {low:.2f} to {high:.2f}), Yule's Q "
            f"{chance.yules_q:.2f}, adjusted residual {chance.adjusted_residual:.2f}."
        )
        yield _shift(chance.p_shift)


def _shift(p_shift: float | None) -> str:
    if p_shift is None:
        return "No circular shift: with a pause or a lost view, time does not close to a circle."
    return f"Of all shifts of the answers in time, {100 * p_shift:.1f}% meet the cues as often as they did (p_shift)."


def _evenness(made: Figures) -> Iterator[str]:
    if made.evenness is None:
        yield "Evenness: too little to say (it takes 20 cues in 3 minutes, some answered and some not)."
        return
    found = made.evenness
    yield (
        f"Evenness {found.evenness:.2f} over {found.blocks} minutes with {found.cues} cues, dispersion "
        f"{found.dispersion:.2f} (1 by chance)."
    )


def _transitions(table: Transitions) -> Iterator[str]:
    """What the caregiver did one second after the child, the most frequent first."""
    cells = [cell for cell in table.cells() if NOTHING not in (cell.given, cell.target)]
    if not cells:
        yield "Transitions: no code of the caregiver came one second after one of the child."
        return
    yield f"Transitions: one second after the child's code, the caregiver's ({table.n} pairs of seconds)"
    for cell in sorted(cells, key=lambda cell: (-cell.count, cell.given, cell.target))[:MOST_TRANSITIONS]:
        yield f"  {cell.given} > {cell.target}: {cell.count} of {cell.given_n}{_beyond_chance(cell)}"
    if len(cells) > MOST_TRANSITIONS:
        yield f"  and {len(cells) - MOST_TRANSITIONS} more (--format json has all)"


def _beyond_chance(cell: Cell) -> str:
    if cell.few or cell.residual is None or cell.yules_q is None:
        return ""
    return f", adjusted residual {cell.residual:.2f}, Q {cell.yules_q:.2f}"


def _rate(part: CueFigures) -> str:
    low, high = wilson(part.answered, part.codable) or (0.0, 1.0)
    said = f"Answered {part.answered} of {part.codable} cues ({_percent(part.answered / part.codable)})."
    if part.codable < FEW:
        return f"{said} With so few cues the true rate could be anywhere from {_percent(low)} to {_percent(high)}."
    return f"{said} The true rate is likely between {_percent(low)} and {_percent(high)}."


def _median(part: CueFigures, made: Figures) -> str:
    if part.latency.median is None:
        windows = sorted({pair.window_ms for pair in made.pairs if pair.in_rate})
        return f"Fewer than half were answered within {_range(windows)}."
    counting = f" (counting the {part.unanswered} that were not answered)" if part.unanswered else ""
    return f"Half of the cues were answered within {_seconds(part.latency.median)}{counting}."


def _rows(made: Figures) -> list[tuple[str, CueFigures]]:
    rows = [(code, part) for code, part in made.by_cue.items() if part.cues]
    if made.distress.cues and made.non_distress.cues:
        rows += [("distress", made.distress), ("no distress", made.non_distress)]
    return rows


def _table(rows: list[tuple[str, CueFigures]]) -> Iterator[str]:
    width = max(len(name) for name, _ in rows)
    yield f"{'':{width}}  cues  answered  rate  likely range  half within"
    for name, part in rows:
        answered = f"{part.answered} of {part.codable}"
        rate = likely = ""
        if part.rate_interval and part.rate is not None:
            rate, likely = _percent(part.rate), " to ".join(_percent(end) for end in part.rate_interval)
        median = "" if part.latency.median is None else _seconds(part.latency.median)
        yield f"{name:{width}}  {part.cues:4}  {answered:>8}  {rate:>4}  {likely:>12}  {median}".rstrip()


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%"


def _cues(n: int) -> str:
    return "1 cue was" if n == 1 else f"{n} cues were"


def _clock(ms: int) -> str:
    seconds = ms // 1000
    return f"{seconds // 60} min {seconds % 60} s"


def _seconds(ms: float) -> str:
    return f"{ms / 1000:.1f}".removesuffix(".0") + " seconds"


def _range(windows: list[int]) -> str:
    if len(windows) < 2:
        return _seconds(windows[0]) if windows else "the window"
    return f"{_seconds(windows[0]).removesuffix(' seconds')} to {_seconds(windows[-1])}"
