/* Why was a sentence chosen? For the visitor, in her language, with the numbers that the family never sees. The same
   English sentences stand in `recorder/feedback/why.py`, from where the catalogue has them. */

import { t } from "../words.js";
import { entry, formatted, halfEven } from "./text.js";

const SENTENCES = {
  S1: "Times upset and answered with comfort: %(n)s.",
  S2: "%(fitting)s of %(codable)s got an answer that fits: the steadiest kind of cue.",
  S3: "%(n)s fitting answers; half of the cues had one within %(seconds)s seconds.",
  S4: "Followed the child's lead in %(n)s of %(of)s answered reaches and invitations.",
  S5: "Moments of delight: %(n)s.",
  S6: "Gave space when a break was needed: %(n)s.",
  S7: "Made up after a hard moment: %(n)s.",
  S8: "You rated this scale %(value)s.",
  S9: "%(fitting)s of %(codable)s fitting answers, after %(before)s of %(of)s last time: a clear gain.",
  S10: "You kept this moment at %(clock)s.",
  keep: "You kept this moment at %(clock)s.",
  shown: "Seen %(n)s times.",
  consistency: "Our days: the day's order has %(scale)s of 100.",
  follow_through: "Our days: follow-through has %(scale)s of 100.",
  repair: "Hard moments without making up within a minute: %(n)s.",
  naming_feelings: "Upset was answered %(n)s times, never with words.",
  give_space: "Needed a break, and no space was seen: %(n)s.",
  celebrate: "The last step was done.",
  check_in: "A new age, or a change in the family's life.",
};

/* For every other step, by what its reasons name. */
const OF_STEPS = {
  codable: "%(fitting)s of %(codable)s got an answer that fits: the kind of cue with most room.",
  scale: "Our days: this part has %(scale)s of 100.",
  tried: "The step from last time: there was little chance to try it yet.",
  goal: "From the family's own goal.",
  strength: "No kind of cue stands out: do more of what went well.",
  ticked: "Offered when you ask for it; no figure brings it.",
};
const NOTHING_ELSE = "Nothing else has enough evidence: this fits every family.";

const WARNINGS = {
  write_one: "Fewer than two strengths have evidence today. Write one that you saw yourself.",
  few_cues: "Fewer than eight cues: the step comes from the family's goal or from a strength.",
  rough_moment: "There was a rough moment: nothing from the minute after it is used, and nothing is counted.",
};

/* One sentence on why a strength ("S1"), a thing shown ("keep", "shown") or a step was chosen; times are in ms. */
export function why(key, reasons) {
  const { t_ms: at, median_ms: half, scale } = reasons;
  const numbers = { ...reasons };
  if (at !== undefined) numbers.clock = clock(at);
  if (half !== undefined) numbers.seconds = String(Number((half / 1000).toPrecision(6)));
  if (typeof scale === "number") numbers.scale = halfEven(scale);
  const named = Object.keys(OF_STEPS).find((name) => name in reasons);
  const known = "tried" in reasons ? undefined : entry(SENTENCES, key);
  return formatted(t(known ?? OF_STEPS[named] ?? NOTHING_ELSE), numbers);
}

/* What she should know before she approves, by its key. */
export const warning = (key) => t(WARNINGS[key]);

function clock(ms) {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
