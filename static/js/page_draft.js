/* The page before it is approved: what was proposed, what stands now, what else could stand. Pure. */

/* Take a proposal's words as the first draft of the page. Each line knows its `origin` in the proposal and what it `was`,
   so that it can be found in another language. */
export function fromProposal(proposal) {
  const step = proposal.step ? proposedStep(proposal.step) : null;
  return {
    strengths: proposedLines(proposal, "strengths"),
    spare: proposedLines(proposal, "more_strengths"),
    shown: proposal.shown ? proposedLine(proposal.shown, "shown", 0) : null,
    spareShown: proposedLines(proposal, "more_shown"),
    step,
    second: null,
    spareSteps: (proposal.more_steps ?? []).map(proposedStep),
    onRequest: onRequest(proposal).map(proposedStep),
    was: { forYou: proposal.for_you ?? "" },
    ownWords: proposal.own_words,
    forYou: proposal.for_you ?? "",
    warnings: proposal.warnings ?? [],
    proposed: { strengths: proposal.strengths.map((line) => line.key), step: step?.key ?? null },
  };
}

const proposedLine = (line, list, place) => ({ ...line, origin: { list, place }, was: line.text });
const proposedLines = (proposal, list) => (proposal[list] ?? []).map((line, place) => proposedLine(line, list, place));
const proposedStep = (step) => ({ ...step, was: Object.fromEntries(STEP_PARTS.map((part) => [part, step[part]])) });

/* The themes that only a tick brings, without those that a figure brought already. */
function onRequest({ step, more_steps: more = [], on_request: themes = [] }) {
  const there = new Set([step, ...more].map((one) => one?.key));
  return themes.filter((theme) => !there.has(theme.key));
}

/* The next candidate for a strength, at most one a cue type (a strength may speak for two); the old one waits at the
   end of the queue. */
export function swapStrength(page, place) {
  const types = new Set(page.strengths.filter((_, other) => other !== place).flatMap((line) => line.types));
  const next = page.spare.findIndex((line) => !line.types.some((type) => types.has(type)));
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
  const line = { key: "S10", type: null, types: [], text: "", why: "", own: true };
  return { ...page, strengths: [...page.strengths, line] };
}

/* The next candidate that fits, in a queue of one: the step, or what the child showed. */
export function swap(page, name, queue, fits = () => true) {
  const next = page[queue].findIndex(fits);
  if (next === -1) return page;
  const rest = page[queue].filter((_, other) => other !== next);
  return { ...page, [name]: page[queue][next], [queue]: page[name] ? [...rest, page[name]] : rest };
}

/* The next candidate for the step or the second step: never two from one cue type. */
export function swapStep(page, which) {
  const other = page[which === "step" ? "second" : "step"];
  return swap(page, which, "spareSteps", (step) => !step.type || step.type !== other?.type);
}

export const isTicked = ({ step, second, spareSteps }, key) =>
  [step, second, ...spareSteps].some((one) => one?.key === key);

/* A theme that is ticked comes next in the queue of steps; when its tick goes it leaves the page, too. */
export function tickTheme(page, key, on) {
  const theme = page.onRequest.find((step) => step.key === key);
  if (on) return isTicked(page, key) ? page : { ...page, spareSteps: [theme, ...page.spareSteps] };
  const isOther = (step) => step?.key !== key;
  const second = isOther(page.second) ? page.second : null;
  const left = { ...page, spareSteps: page.spareSteps.filter(isOther), second };
  return isOther(page.step) ? left : swapStep({ ...left, step: null }, "step");
}

/* Every text on the page that is checked for words that can hurt, or only what she wrote `own`; the caregiver's own
   idea never is. */
export function texts(page, { own = false } = {}) {
  const found = {};
  page.strengths.forEach((line, place) => {
    if (line.own || !own) found[`strengths.${place}`] = line.text;
  });
  if (own) return found;
  if (page.shown) found.shown = page.shown.text;
  for (const name of ["step", "second"]) {
    for (const part of STEP_PARTS) if (page[name]?.[part]) found[`${name}.${part}`] = page[name][part];
  }
  if (page.forYou) found.for_you = page.forYou;
  return found;
}

export const STEP_PARTS = ["when", "what", "say", "helps"];

/* The data of the `sheet` event: the words as they will be printed. On a page whose language she does not read,
   `quotes`, her own words are named as hers. */
export function approved(page, around) {
  const said = ({ own, text }) =>
    own && around.quotes ? page.ownWords.replace("{note}", () => text.trim()) : text.trim();
  const line = (one) => ({ key: one.key, type: one.type ?? null, text: said(one) });
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
    ...(around.card && { card: around.card }),
    ...(around.beside && { beside: around.beside }),
    ...(around.draft && { draft: true }),
    proposed: page.proposed,
  };
}

function step({ key, type, when, what, say, helps, care }) {
  return { key, type: type ?? null, when, what, say: say ?? "", helps: helps ?? "", care: care ?? "" };
}
