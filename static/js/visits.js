/* Which visit is this? Pure: days are local dates ("2026-03-02"). */

const NEAR_DAYS = 7;

/* The planned visits of a family. */
export const planned = (family) => family.visits.filter((visit) => visit.status === "planned");

/* The visit that a log of today belongs to: the one that a log of today began on this tablet, else the planned one that
   is nearest, within a week; null without either. `rows` are the logs on the tablet, oldest first, `started` in ms;
   `dayOf` tells the day of such a moment. */
export function visitOf(family, rows, today, dayOf) {
  const begun = rows.findLast((row) => row.family === family.id && row.visit && dayOf(row.started) === today);
  if (begun) return begun.visit;
  const away = (visit) => Math.abs(Date.parse(visit.date) - Date.parse(today)) / 86_400_000;
  const near = planned(family).filter((visit) => away(visit) <= NEAR_DAYS);
  return near.sort((one, other) => away(one) - away(other))[0]?.id ?? null;
}
