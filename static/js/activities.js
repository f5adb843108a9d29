/* What can be done at this visit? Watching together first; besides it only what is due, and a safety note always. */

import { corrected } from "./corrected.js";
import { button, element } from "./element.js";
import { gone } from "./gone.js";
import { FIRST } from "./rating_sets.js";
import { unfinished } from "./unfinished.js";
import { label, t } from "./words.js";

export function activities(app) {
  const family = app.family(app.place.family);
  if (!family) return gone(app);
  const open = app.unfinished.filter((row) => row.family === family.id);
  const offers = offersOf(app, family).filter((offer) => !open.some((row) => isOf(row, offer)));
  const asked = offers.filter((offer) => offer.screen);
  const now = asked.filter((offer) => offer.state !== "later");
  const later = asked.filter((offer) => offer.state === "later");
  const rated = offers.filter((offer) => offer.kind === "scale" && offer.state !== "later" && !isAlwaysRated(offer));
  const names = family.children.map((child) => child.first_name).join(", ");
  return element(
    "section",
    { class: "sheet activities" },
    element("p", {}, button(t("Back to the families"), () => app.go("families"), { class: "button button--quiet" })),
    element("h1", { tabindex: "-1" }, t("At the visit with {names}", { names })),
    unfinished(app, open),
    element(
      "div",
      { class: "card activity activity--first" },
      button(
        t("Observe"),
        () => app.go("start", { family: family.id }),
        { class: "button button--large", "data-act": "observe" },
      ),
      element("p", {}, t("Watch together, and leave a page with the family."), rated.map(also)),
    ),
    now.length > 0 ? [element("h2", {}, t("Also due")), list(app, now)] : null,
    later.length > 0
      ? element("details", { class: "more" }, element("summary", {}, t("More")), list(app, later))
      : null,
    element(
      "p",
      {},
      button(
        t("Write a safety note"),
        () => app.go("safety_start", { family: family.id }),
        { class: "button button--quiet", "data-act": "safety" },
      ),
    ),
    corrected(app, family),
  );
}

const list = (app, offers) =>
  element("ul", { class: "activities__list" }, offers.map((one) => item(app, one)));

const SCREEN = { qset: "sort_start", questionnaire: "ask_start" };

/* What the server offers for this family, with the instrument's name and the screen on which it begins. */
function offersOf(app, family) {
  return family.offered.flatMap((offer) => {
    const instrument = app.instrument(offer.instrument);
    if (!instrument) return [];
    const child = family.children.find((one) => one.id === offer.child);
    const named = label(instrument.document.label, app.language, offer.instrument);
    const title = child && family.children.length > 1 ? `${named}: ${child.first_name}` : named;
    return [{ ...offer, family: family.id, title, screen: SCREEN[offer.kind] }];
  });
}

/* Whether a log that is not finished is of this instrument already; it is gone on with instead. */
function isOf(row, offer) {
  const named = row.scheme && `${row.scheme.name}/${row.scheme.version}`;
  return named === offer.instrument && (offer.child === null || offer.child === row.child);
}

const isAlwaysRated = (offer) => offer.instrument.split("/")[0] === FIRST;

const also = (offer) => [" ", t("Afterwards: {name}.", { name: offer.title })];

function item(app, offer) {
  const { screen, family, instrument, child, title, kind } = offer;
  const words = kind === "qset" ? t("Sort the cards") : t("Ask the questions");
  return element(
    "li",
    { class: "card activity" },
    button(words, () => app.go(screen, { family, instrument, child }), {
      "aria-label": `${words}: ${title}`,
      "data-act": screen,
      "data-instrument": instrument,
    }),
    element("p", {}, element("strong", {}, title), element("span", { class: "quiet activity__due" }, due(app, offer))),
  );
}

function due(app, { state, on }) {
  const day = app.day(on);
  if (state === "overdue") return t("due since {day}", { day });
  return state === "due" ? t("due by {day}", { day }) : t("next by {day}", { day });
}
