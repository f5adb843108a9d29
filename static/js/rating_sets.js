/* Which scale sets are rated after an observation? Pure. */

/* The set that every observation is rated with. */
export const FIRST = "sensitivity";

/* The newest published version of each scale set. */
export function newest(instruments) {
  const sets = new Map();
  for (const one of instruments.filter((other) => other.kind === "scale")) {
    const known = sets.get(one.document.name);
    if (!known || known.document.version < one.document.version) sets.set(one.document.name, one);
  }
  return [...sets.values()];
}

/* The sets that an observation of a child begins with, by id: sensitivity, then what is due. `offered` is what the
   server offers for the family. */
export function begun(sets, offered, child) {
  const isDue = (offer) => offer.state !== "later" && (offer.child === null || offer.child === child);
  const due = offered.filter((offer) => offer.kind === "scale" && isDue(offer));
  const wanted = sets.filter((one) => one.document.name === FIRST || due.some((offer) => offer.instrument === one.id));
  const isFirst = (one) => one.document.name === FIRST;
  return [...wanted.filter(isFirst), ...wanted.filter((one) => !isFirst(one))].map((one) => one.id);
}
