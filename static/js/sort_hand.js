/* The card in hand and the piles it can go to, always in sight. Tap a pile, or carry the card there. */

import { carried } from "./carry.js";
import { button, element } from "./element.js";
import { tooMany } from "./sort_overview.js";
import { UNSEEN, usual } from "./sort_table.js";
import { t } from "./words.js";

export function hand(sort) {
  const { card } = sort;
  return element(
    "div",
    { class: "sort__hand" },
    element("p", { class: "sort__said", role: "status" }, sort.said),
    card === null ? element("p", { class: "sort__all" }, allPlaced(sort)) : inHand(sort, card),
    element(
      "div",
      { class: "sort__bar", role: "group", "aria-label": t("Put it on a pile") },
      sort.distribution.map((holds, place) => pileButton(sort, place + 1, holds)),
      unseenButton(sort),
    ),
  );
}

function allPlaced({ table, distribution }) {
  const over = table.piles.some((cards, place) => cards.length > distribution[place]);
  return over
    ? t("Every card has its place. One pile has too many: touch one of its cards, then another pile.")
    : t("Every card has its place. Look through them; touch a card to move it. Then sign below.");
}

function inHand(sort, card) {
  const place = sort.table.where.get(card);
  const made = element("p", { class: "sort-card sort-card--hand", "data-hand": card }, sort.words(card));
  const where = place?.pile && element("span", { class: "quiet" }, whereWords(place));
  return element(
    "div",
    { class: "sort__inhand" },
    carried(made, (drop, stamp) => sort.put(card, drop, stamp), { atOnce: true }),
    where && element(
      "div",
      { class: "sort__where" },
      where,
      button(
        t("Take it back"),
        (event) => sort.back(event.timeStamp, card),
        { class: "chip-button", "data-act": "back" },
      ),
    ),
  );
}

const whereWords = ({ pile }) => (pile === UNSEEN ? t("Not seen") : t("On pile {n}", { n: pile }));

function pileButton(sort, pile, holds) {
  const { table, card, distribution, child } = sort;
  const cards = table.piles[pile - 1];
  const group = card && table.where.get(card)?.group;
  const [from, to] = group ? usual(group, distribution.length) : [0, -1];
  const ends = { 1: t("least like {child}", { child }), [distribution.length]: t("most like {child}", { child }) };
  const count = t("{n} of {holds}", { n: cards.length, holds });
  return element(
    "button",
    {
      type: "button",
      class: "sort__pile",
      disabled: card === null,
      "aria-label": [t("Pile {n}", { n: pile }), ends[pile], count].filter(Boolean).join(", "),
      "aria-description": tooMany(sort, cards.slice(holds)),
      "data-drop": `pile ${pile}`,
      "data-usual": String(pile >= from && pile <= to),
      "data-full": String(cards.length === holds),
      "data-over": String(cards.length > holds),
      on: { click: (event) => sort.tap(`pile ${pile}`, event.timeStamp) },
    },
    element("b", {}, String(pile)),
    element("span", {}, count),
  );
}

function unseenButton(sort) {
  return element(
    "button",
    {
      type: "button",
      class: "sort__pile sort__pile--unseen",
      disabled: sort.card === null,
      "data-drop": `pile ${UNSEEN}`,
      on: { click: (event) => sort.tap(`pile ${UNSEEN}`, event.timeStamp) },
    },
    element("span", {}, t("Not seen")),
    element("span", {}, String(sort.table.unseen.length)),
  );
}
