/* The page before it is approved: what was proposed, what stands now, what else could stand. Pure. */

/* Take a proposal's words as the first draft of the page. */
export function fromProposal(proposal) {
  const step = proposal.step ?? null;
  return {
    strengths: [...proposal.strengths],
    spare: [...(proposal.more_strengths ?? [])],
    shown: proposal.shown ?? null,
    spareShown: [...(proposal.more_shown ?? [])],
    step,
    second: null,
    spareSteps: [...(proposal.more_steps ?? [])],
    forYou: proposal.for_you ?? "",
    warnings: proposal.warnings ?? [],
    proposed: { strengths: proposal.strengths.map((line) => line.key), step: step?.key ?? null },
  };
}

/* The next candidate for a strength, at most one a cue type; the old one waits at the end of the queue. */
export function swapStrength(page, place) {
  const types = new Set(page.strengths.filter((_, other) => other !== place).map((line) => line.type).filter(Boolean));
  const next = page.spare.findIndex((line) => !line.type || !types.has(line.type));
  if (next === -1) return page;
  const old = page.strengths[place];
  return {
    ...page,
    strengths: page.strengths.with(place, page.spare[next]),
    spare: [...page.spare.filter((_, other) => other !== next), ...(old.text.trim() ? [old] : [])],
  };
}

export function dropStrength(page, place) {
  const old = page.strengths[place];
  return {
    ...page,
    strengths: page.strengths.filter((_, other) => other !== place),
    spare: old.text.trim() ? [...page.spare, old] : page.spare,
  };
}

/* A strength in the visitor's own words counts as her own note. */
export function ownStrength(page) {
  return { ...page, strengths: [...page.strengths, { key: "S10", type: null, text: "", why: "" }] };
}

/* The next candidate in a queue of one: the step, or what the child showed. */
export function swap(page, name, queue) {
  if (page[queue].length === 0) return page;
  const [next, ...rest] = page[queue];
  return { ...page, [name]: next, [queue]: page[name] ? [...rest, page[name]] : rest };
}

/* Every text on the page that is checked for words that can hurt; the caregiver's own idea never is. */
export function texts(page) {
  const found = {};
  page.strengths.forEach((line, place) => (found[`strengths.${place}`] = line.text));
  if (page.shown) found.shown = page.shown.text;
  for (const name of ["step", "second"]) {
    for (const part of STEP_PARTS) if (page[name]?.[part]) found[`${name}.${part}`] = page[name][part];
  }
  if (page.forYou) found.for_you = page.forYou;
  return found;
}

export const STEP_PARTS = ["when", "what", "say", "helps"];

/* The data of the `sheet` event: the words as they will be printed. */
export function approved(page, around) {
  const line = ({ key, type, text }) => ({ key, type: type ?? null, text: text.trim() });
  return {
    id: around.id,
    language: around.language,
    child: around.child,
    caregiver: around.caregiver,
    strengths: page.strengths.filter((one) => one.text.trim()).map(line),
    shown: page.shown?.text.trim() ? { key: page.shown.key, text: page.shown.text.trim() } : null,
    step: page.step && step(page.step),
    second_step: page.second && step(page.second),
    idea: around.idea.trim(),
    for_you: page.forYou.trim(),
    contact: around.contact,
    next_visit: around.nextVisit,
    show: around.show,
    proposed: page.proposed,
  };
}

function step({ key, type, when, what, say, helps, care }) {
  return { key, type: type ?? null, when, what, say: say ?? "", helps: helps ?? "", care: care ?? "" };
}
