"""Every observation that was begun, with its figures once it is signed: all columns of figures are empty until then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import JSON, select, type_coerce

from recorder.db import db
from recorder.instruments.library import Instrument
from recorder.programme.rollup import Selection
from recorder.records.instruments import with_hash
from recorder.records.observations import Log, StoredFigures
from recorder.records.people import Site
from recorder.records.visits import Visit

COLUMNS = {
    "observation_id": "id of the observation (its log)",
    "visit_id": "id of the visit; joins `visits`",
    "family_id": "id of the family; joins `families`",
    "site": "name of the site",
    "local_date": "day at the site on which it was begun",
    "started_at": "time at which it was begun, UTC",
    "clock": "how well that is known: A by the server's clock before and after, B on one side, C by the tablet alone",
    "role": "primary, second (double coding) or practice; only primary ones have figures",
    "context": "what was going on: free_play, meal, care, book, other",
    "status": "open (not signed), closed (signed), or refused (kept, counts for nothing)",
    "stopped": "end, or the reason for stopping early; empty while the clock runs",
    "scheme": "name and version of the coding scheme",
    "scheme_hash": "SHA-256 of the scheme's document: rows with different hashes must not be pooled",
    "validated": "whether the scheme is a validated measure",
    "licence": "licence of the scheme's wording",
    "measures_version": "version of the computation: rows with different versions must not be pooled",
    "observed_ms": "observed time, pauses and out of view taken off",
    "cues": "cues that count in the rate",
    "codable": "cues whose window was seen whole: answered + unanswered",
    "answered": "codable cues that the focal caregiver answered",
    "unanswered": "codable cues without an answer",
    "not_codable": "cues whose window was cut off before an answer came",
    "answered_by_another": "cues that somebody else answered",
    "rate": "answered / codable; empty without a codable cue",
    "rate_low": "lower end of Wilson's 95 % interval; empty below 5 codable cues",
    "rate_high": "upper end of it",
    "median_latency_ms": "Kaplan-Meier median of the time to an answer; empty when it was not reached",
    "answered_median_ms": "median time of the answered cues alone",
    "distress_codable": "codable distress cues",
    "distress_answered": "those that were answered",
    "non_distress_codable": "codable cues other than distress",
    "non_distress_answered": "those that were answered",
    "fit_share": "sum of the fit of answers / answered",
    "fit_strict": "answers with fit 1 / answered",
    "prompt_fitting": "codable cues answered in the window with fit 1",
    "repaired": "rough moments and unanswered distress followed by comfort or a repair within 60 s",
    "repair_chances": "rough moments and unanswered distress in all",
    "spontaneous": "responses that belong to no cue",
    "late": "those of them that came within twice a cue's window",
    "follow_ups": "further responses to a cue that was answered already",
    "balance": "cues / (cues + spontaneous)",
}


_KEPT = (
    StoredFigures.measures_version,
    StoredFigures.observed_ms,
    StoredFigures.distress_codable,
    StoredFigures.distress_answered,
    StoredFigures.non_distress_codable,
    StoredFigures.non_distress_answered,
    type_coerce(StoredFigures.figures, JSON),
)
"""What a row is made from; of the document only what is short: its lists stay packed, and unread."""


def rows(selection: Selection) -> Iterator[tuple[Any, ...]]:
    """One row an observation, by day."""
    query = (
        select(Log, Site.name, *_KEPT)
        .join(Visit, Visit.id == Log.visit_id)
        .join(Site, Site.id == Visit.site_id)
        .outerjoin(StoredFigures, StoredFigures.log_key == Log.key)
        .order_by(Log.local_date, Log.key)
        .execution_options(yield_per=200)
    )
    known: dict[str, Instrument | None] = {}
    for log, site, *figures in db.session.execute(begun_in(query, selection)):
        if log.instrument_hash not in known:
            known[log.instrument_hash] = with_hash(selection.programme_id, log.instrument_hash)
        scheme = known[log.instrument_hash]
        yield (
            str(log.id),
            str(log.visit_id),
            str(log.family_id),
            site,
            log.local_date.isoformat(),
            log.started_at.isoformat(timespec="milliseconds"),
            log.clock_grade,
            log.role,
            log.context,
            "refused" if log.refused else "closed" if log.closed_at else "open",
            log.end,
            log.instrument,
            log.instrument_hash,
            scheme.validated if scheme else None,
            scheme.licence if scheme else None,
            *_figures(figures),
        )


def begun_in(query: Any, selection: Selection) -> Any:
    """Keep a query over `Log` and `Visit` to the observations that were begun within a selection. Nothing else that a
    tablet sends (a sort, answers, a safety note) may leave by such a table."""
    query = query.where(Log.programme_id == selection.programme_id, Log.owner == "device", Log.kind == "observation")
    query = query.where(Log.local_date.between(selection.period.first, selection.end))
    return query.where(Visit.site_id == selection.site_id) if selection.site_id else query


def _figures(kept: Sequence[Any]) -> tuple[Any, ...]:
    version, observed_ms, distress_codable, distress_answered, codable, answered, figures = kept
    if version is None:
        return (None,) * (len(COLUMNS) - 15)
    low, high = figures["rate_interval"] or (None, None)
    fit = figures["fit"] or {}
    return (
        version,
        observed_ms,
        *(figures[key] for key in ("cues", "codable", "answered", "unanswered", "not_codable", "answered_by_another")),
        figures["rate"],
        low,
        high,
        figures["latency_ms"]["median"],
        figures["latency_ms"]["answered_median"],
        distress_codable,
        distress_answered,
        codable,
        answered,
        fit.get("share"),
        fit.get("strict"),
        (figures["prompt_contingent_appropriate"] or {}).get("n"),
        figures["repair"]["n"],
        figures["repair"]["of"],
        *(figures[key] for key in ("spontaneous", "late", "follow_ups", "balance")),
    )
