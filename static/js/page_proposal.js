/* What can the page say today? Proposed here, with what this tablet keeps: a network is not needed. */

import { wordingOf } from "./catalogues.js";
import { focal } from "./focal.js";
import { check, InvalidObservation, propose } from "./propose.js";
import { t } from "./words.js";

/* No page can be proposed; its message says why, to the visitor. */
export class NoProposal extends Error {}

/* The page as it is proposed in a language. Throws `NoProposal`. */
export async function proposed(app, language) {
  const { log, pulled } = app;
  const { family, child } = focal(app);
  if (!child) throw new NoProposal(t("This family is not on this tablet any more, so no page is proposed."));
  const wording = await worded(app, language);
  try {
    return propose({
      events: log.tape,
      scheme: log.row.scheme,
      language,
      wording,
      child: child.id,
      family,
      visitor: pulled.account,
      contacts: pulled.programme.contacts,
      ownSteps: pulled.programme.steps ?? [],
    });
  } catch (error) {
    if (!(error instanceof InvalidObservation)) throw error;
    throw new NoProposal(t("No page is proposed: nothing was watched, or the clock ran for more than a day."));
  }
}

/* What was found in texts, by field. The names of the people whom she visits are never words that hurt. Throws
   `NoProposal` when the language's lists are not here. */
export async function findings(app, language, texts) {
  const people = app.pulled.families.flatMap((family) => [...family.children, ...family.caregivers]);
  return check(texts, language, await worded(app, language), people.map((one) => one.first_name));
}

/* The cards on what families ask, in a language: {key: {title, text, try}}. */
export const cardsOf = async (app, language) => (await worded(app, language)).cards?.cards ?? {};

function worded({ pulled }, language) {
  return wordingOf(language, pulled?.programme.own_wordings).catch(() => {
    throw new NoProposal(t("The sentences of this language are not on this tablet yet. They come with the next network."));
  });
}
