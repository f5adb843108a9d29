/* Which cards, of whom, and into which piles? One press begins. The observer sorts alone, never with the parent. */

import { choice } from "./choice.js";
import { askFirst, consentTick } from "./consent.js";
import { button, element } from "./element.js";
import { gone } from "./gone.js";
import { label, t } from "./words.js";

export function sortStart(app) {
  const { family: id, instrument: wanted, child } = app.place;
  const family = app.family(id);
  const instrument = app.instrument(wanted);
  if (!family || !instrument) return gone(app);
  const { document } = instrument;
  const children = family.children.filter((one) => !child || one.id === child);
  const chosen = {
    child: children[0]?.id,
    caregiver: family.caregivers[0]?.id,
    distribution: document.distributions[0],
    givenNow: false,
  };
  const set = (name) => (value) => (chosen[name] = value);
  const consent = consentTick(family, set("givenNow"));
  const remark = label(document.remark, app.language);
  return element(
    "section",
    { class: "sheet sort-start" },
    element("p", {}, button(t("Back"), () => app.go("activities", { family: id }), { class: "button button--quiet" })),
    element("h1", { tabindex: "-1" }, label(document.label, app.language, wanted)),
    remark ? element("p", { class: "message" }, remark) : null,
    element(
      "p",
      {},
      t("You sort {n} cards by what you saw at your visits. Take your time: you can stop and go on later.", {
        n: document.cards.length,
      }),
    ),
    element(
      "p",
      {},
      t("Only a trained observer sorts the cards: alone, after the visit. The parent never sorts or sees them."),
    ),
    consent,
    children.length > 1 ? choice(t("Which child?"), people(children), chosen.child, set("child")) : null,
    family.caregivers.length > 1
      ? choice(
          t("Who is “the caregiver” on the cards?"),
          people(family.caregivers),
          chosen.caregiver,
          set("caregiver"),
        )
      : null,
    document.distributions.length > 1
      ? choice(
          t("How many cards go on each pile?"),
          document.distributions.map((piles) => [piles, heights(piles)]),
          chosen.distribution,
          set("distribution"),
        )
      : null,
    element(
      "div",
      { class: "actions" },
      button(t("Begin"), (event) => begin(app, family, instrument, chosen, consent, event), {
        class: "button button--large",
        "data-act": "begin",
      }),
    ),
    document.validated ? null : element("p", { class: "quiet" }, t("A coaching instrument, not a validated measure.")),
  );
}

const people = (list) => list.map((person) => [person.id, person.first_name]);

/* The heights of the piles in words: "9 piles of 4", or one after the other. */
function heights(piles) {
  const [holds] = piles;
  if (piles.every((other) => other === holds)) return t("{n} piles of {holds}", { n: piles.length, holds });
  return piles.join(" · ");
}

function begin(app, family, instrument, chosen, consent, event) {
  if (consent && !chosen.givenNow) return askFirst(consent);
  const { child, caregiver, distribution, givenNow } = chosen;
  const opening = {
    kind: "sort",
    clock: "monotonic",
    distribution,
    consent: { observe: true, given_now: givenNow },
  };
  app.beginLog(family, { child, caregiver }, opening, instrument, event.timeStamp);
}
