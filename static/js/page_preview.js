/* The page before it is approved, as it will be: the very words and shape that the family gets. */

import { wordingOf } from "./catalogues.js";
import { finished } from "./finished_page.js";
import { focal } from "./focal.js";
import { cardOf, handout } from "./handout.js";

/* The pages that stand in `sheet` (the data of a `sheet` event), each as an element: the page, and what stands behind it.
   `wording` and `second` are those of their languages. */
export function pagesOf(app, sheet, wording, second, strike = null, shown = sheet) {
  const first = handout(finished(strike ? sheet : shown, visited(app, sheet), wording), wording.icons, strike);
  if (strike) return [first];
  if (sheet.beside && second) {
    const { show, next_visit, contact, idea } = shown;
    const behind = { show, next_visit, contact, idea, ...shown.beside };
    return [first, handout(finished(behind, visited(app, sheet), second), second.icons)];
  }
  const card = wording.cards?.cards[sheet.card];
  return card ? [first, cardOf(card, wording.cards, sheet.language)] : [first];
}

/* The wording of a page's language and, where the same page stands behind it in another, of that. */
export function wordingsOf(app, { language, beside }) {
  const own = app.pulled?.programme.own_wordings;
  return Promise.all([wordingOf(language, own), beside ? wordingOf(beside.language, own).catch(() => null) : null]);
}

/* What a page says of the visit. */
function visited(app, sheet) {
  const { family, child } = focal(app);
  const about = family?.children.find((one) => one.id === sheet.child) ?? child;
  return {
    child: about?.first_name ?? "",
    caregiver: family?.caregivers.find((one) => one.id === sheet.caregiver)?.first_name ?? "",
    visitor: app.pulled.account.name,
    telephone: app.pulled.programme.telephone,
    observed: app.log.picture().observed,
    day: dayAt(app.log.row.started, family?.zone),
  };
}

/* The local date of a moment in ms, in a zone (the tablet's own without one). */
function dayAt(moment, zone) {
  const form = { year: "numeric", month: "2-digit", day: "2-digit", timeZone: zone };
  return new Intl.DateTimeFormat("en-CA", form).format(moment);
}
