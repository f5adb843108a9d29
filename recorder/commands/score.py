"""`recorder score`: what do ratings, a sort or a questionnaire come to?

The text gives each score with its n, in sentences; the JSON has everything, undefined as null.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

import click

from recorder.commands.reading import instrument
from recorder.exchange import answers, files
from recorder.exchange.coded import Unreadable
from recorder.instruments.edition import Labels
from recorder.instruments.qset import QSet
from recorder.instruments.questionnaire import Questionnaire
from recorder.instruments.scale import Scale
from recorder.measures.scoring import InvalidAnswers, Scored, as_document, score, score_two

EXAMPLE = "Example: recorder score safe-base-cards sort.csv --age-months 20"


class Piles(click.ParamType[tuple[int, ...]]):
    """How many items belong in pile 1, 2, and so on: 10,10,10."""

    name = "10,10,..."

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        if not re.fullmatch(r"[0-9]{1,4}(,[0-9]{1,4})+", "".join(value.split())):
            self.fail(
                f"{value!r} is not a distribution: write how many items each pile holds, as 10,10,10.", param, ctx
            )
        return tuple(int(pile) for pile in value.split(","))


@click.command("score", epilog=EXAMPLE)
@click.argument("named", metavar="INSTRUMENT")
@click.argument("given", nargs=-1, required=True, metavar="ANSWERS...")
@click.option("--age-months", type=click.IntRange(0, 1200), metavar="N", help="The child's age, corrected.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="The day of the answers. Default: today.")
@click.option("--distribution", type=Piles(), help="The one that was sorted in. Without it: the one that fits.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(
    named: str,
    given: tuple[str, ...],
    age_months: int | None,
    on: datetime | None,
    distribution: tuple[int, ...] | None,
    form: str,
) -> None:
    """Score answers to an instrument: a built-in one, or a file. Two sorts of one child are averaged first."""
    if len(given) > 2:
        raise click.UsageError("give one file of answers, or the sorts of two observers.")
    asked = instrument(named)
    known = [answers.read(files.content_of(file), file, asked.id) for file in given]
    day = on.date() if on else date.today()
    try:
        if len(known) == 2:
            made = score_two(asked, *known, distribution=distribution, age_months=age_months, on=day)
        else:
            made = score(asked, known[0], distribution=distribution, age_months=age_months, on=day)
    except InvalidAnswers as error:
        raise Unreadable(" and ".join(given), str(error).rstrip(".")) from error
    if form == "json":
        click.echo(json.dumps(as_document(made), ensure_ascii=False, allow_nan=False))
    else:
        click.echo("\n".join(_text(given, made)))


def _text(given: Sequence[str], made: Scored) -> Iterator[str]:
    yield " and ".join(given)
    yield f"{made.instrument.id}{_piles(made)}"
    remark = _english(made.instrument.remark, "" if made.instrument.validated else "Not a validated measure.")
    if remark:
        yield remark
    yield ""
    yield from (f"  {line}" for line in _sentences(made))


def _piles(made: Scored) -> str:
    if made.distribution is None:
        return ""
    return f", {sum(made.distribution)} items in piles of {'-'.join(map(str, made.distribution))}"


def _sentences(made: Scored) -> Iterator[str]:
    yield from _SCORES[type(made.instrument)](made)
    if made.inter_sorter_r is not None:
        yield f"The two sorters agree with r = {made.inter_sorter_r:.2f}; their mean was scored."
    for words, ids in (
        ("Not answered", made.missing),
        ("Not observed", made.not_observed),
        ("Does not apply", made.not_applicable),
    ):
        if ids:
            yield f"{words}: {', '.join(ids)}."
    yield from made.warnings


def _composites(made: Scored) -> Iterator[str]:
    assert isinstance(made.instrument, Scale)
    for one in made.instrument.composites:
        if (value := made.scores[one.id]) is not None:
            band = f" ({_english(made.bands[one.id], '')})" if one.id in made.bands else ""
            yield f"{_english(one.label, one.id)}: {value:.2f}{band}, from {made.n[one.id]} of {len(one.items)} scales."


def _correlations(made: Scored) -> Iterator[str]:
    assert isinstance(made.instrument, QSet)
    for criterion in made.instrument.criteria:
        if (r := made.scores[criterion.id]) is not None:
            name, best = _english(criterion.label, criterion.id), made.best_possible[criterion.id]
            yield f"{name}: r = {r:.3f} (the best possible is {best:.3f}), from {made.n[criterion.id]} items."
    for scale in made.instrument.scales:
        if (value := made.scores[scale.id]) is not None:
            yield f"{_english(scale.label, scale.id)}: {value:.2f}, the mean pile of {len(scale.items)} items."


def _answered(made: Scored) -> Iterator[str]:
    asked = made.instrument
    assert isinstance(asked, Questionnaire) and made.percent is not None
    for scale in asked.scales:
        mean, percent = made.scores[scale.id], made.percent[scale.id]
        if mean is not None and percent is not None:
            of = f"from {made.n[scale.id]} of {len(scale.items)} questions"
            yield (
                f"{_english(scale.label, scale.id)}: {mean:.2f} on {asked.low} to {asked.high} "
                f"({percent:.0f} on 0 to 100), {of}."
            )


_SCORES = {Scale: _composites, QSet: _correlations, Questionnaire: _answered}


def _english(label: Labels, otherwise: str) -> str:
    return label.get("en") or next(iter(label.values()), otherwise)
