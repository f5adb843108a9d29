/* What could a family's page say about one child of an observation, and why? Pure, so that a page stands at the end of
   a visit without a network. It is the one second implementation here: `recorder/feedback` is the first, and
   `tests/conformance.json` holds them equal.

   What the server would look up is an input with a name: the family's entry of `pull`, the visitor, the contacts. */

import { choose } from "./propose/choose.js";
import { Evidence } from "./propose/evidence.js";
import { link } from "./propose/linking.js";
import { observationOf } from "./propose/observation.js";
import { compose } from "./propose/sentences.js";

export { check } from "./propose/check.js";
export { InvalidObservation } from "./propose/observation.js";

/* `events` are those of the log, `scheme` the document of its coding scheme, `child` the id of the child that the page
   is about, `family` its family as `pull` hands it out, `visitor` {name, language}, `contacts` the programme's list,
   `ownSteps` its own steps {key, trigger, of, words by language}, `ticks` the themes that she asks for. Throws `InvalidObservation`, whose message is one sentence. */
export function propose({ events, scheme, language, wording, child, family, visitor, contacts, ownSteps = [], ticks = [] }) {
  const observation = observationOf(events, scheme);
  const person = family.children.find((one) => one.id === child);
  const dyad = { ...dyadOf(observation, family, person, contacts), own: ownSteps, ticks };
  const proposal = choose(new Evidence(observation, link(observation, child), dyad));
  const facts = {
    child: person.first_name,
    childId: child,
    visitor: visitor.name,
    visitorLanguage: visitor.language,
    contact: { name: "", phone: "", ...contacts[0] },
    steps: Object.fromEntries(ownSteps.map(({ key, words }) => [key, words[language]]).filter(([, words]) => words)),
  };
  return compose(proposal, facts, language, wording);
}

/* What is known of this child and caregiver besides today's observation. */
function dyadOf({ opening, tried }, family, { id, age_months: age }, contacts) {
  // what was pulled before this program was here may know less
  const { last_step: step, last_visits: visits = [], our_days: answers = [], new_stage: grown = [] } = family;
  const answer = step?.child === id ? tried.get(step.sheet) : undefined;
  const done = answer === "yes";
  return {
    goal: family.goal,
    goalType: family.goal_type ?? null,
    age,
    last: visits.find(
      (one) =>
        one.child === id &&
        one.caregiver === (opening.caregivers?.[0] ?? null) &&
        one.context === (opening.context ?? "") &&
        one.scheme === opening.hash,
    ),
    doing: done ? step.step : null,
    done,
    untried: ["some", "no"].includes(answer) && step.step ? { key: step.step, type: step.type ?? null } : null,
    ourDays: [id, null].map((of) => answers.find((one) => one.child === of)).find(Boolean)?.percent ?? {},
    newStage: grown.includes(id),
    contacts: contacts.length > 0,
  };
}
