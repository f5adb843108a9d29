/* All cards where they lie: those still to place, then the piles from the most to the least characteristic, then what
   was not seen; at the end the signature. */

import { carried } from "./carry.js";
import { button, element } from "./element.js";
import { textField } from "./field.js";
import { keyboardHelp, unseenWords } from "./sort_first.js";
import { UNSEEN, problems } from "./sort_table.js";
import * as tape from "./tape.js";
import { t } from "./words.js";

export function overview(sort) {
  const { table, distribution } = sort;
  const piles = distribution.map((_, place) => place + 1).reverse();
  return [
    element(
      "div",
      { class: "sort__table" },
      trays(table).map(([name, cards]) => tray(sort, name, cards)),
      piles.map((pile) => pileOf(sort, pile)),
      unseen(sort),
    ),
    end(sort),
  ];
}

const trays = ({ waiting, groups }) =>
  [["", waiting], ["more", groups.more], ["less", groups.less], ["between", groups.between]].filter(
    ([, cards]) => cards.length > 0,
  );

function tray(sort, name, cards) {
  return rack(
    sort,
    cards,
    { class: "pile pile--tray", "data-drop": name ? `group ${name}` : null, "data-tray": name || "waiting" },
    [name ? t("Still to place: {group}", { group: sort.groupWords(name) }) : t("Not looked at yet")],
    t("Cards: {n}", { n: cards.length }),
  );
}

function pileOf(sort, pile) {
  const { table, distribution, child } = sort;
  const cards = table.piles[pile - 1];
  const holds = distribution[pile - 1];
  const ends = { 1: t("least like {child}", { child }), [distribution.length]: t("most like {child}", { child }) };
  return rack(
    sort,
    cards,
    { class: "pile", "data-drop": `pile ${pile}`, "data-pile": pile, "data-over": String(cards.length > holds) },
    [t("Pile {n}", { n: pile }), ends[pile] && element("span", { class: "quiet pile__end" }, ends[pile])],
    t("{n} of {holds}", { n: cards.length, holds }),
    tooMany(sort, cards.slice(holds)),
  );
}

/* What an overfull pile says: which cards came last, so that one of its cards is moved. */
export function tooMany(sort, cards) {
  if (cards.length === 0) return null;
  const quoted = cards.map((card) => t("“{card}”", { card: sort.words(card) }));
  const named = new Intl.ListFormat(sort.app.language).format(quoted);
  return t("Too many here. Last came {cards}: move that or another card.", { cards: named });
}

function unseen(sort) {
  const cards = sort.table.unseen;
  if (cards.length === 0) return null;
  return rack(
    sort,
    cards,
    { class: "pile pile--tray", "data-drop": `pile ${UNSEEN}`, "data-pile": UNSEEN },
    [t("Not seen")],
    "",
    null,
    unseenWords(sort),
  );
}

let racks = 0;

function rack(sort, cards, attributes, heading, count, wrong = null, hint = null) {
  const id = `rack-${(racks += 1)}`;
  return element(
    "section",
    { ...attributes, "aria-labelledby": id },
    element(
      "div",
      { class: "pile__head" },
      element("h2", { id }, heading),
      count && element("span", { class: "pile__count" }, count),
    ),
    wrong && element("p", { class: "field__error" }, wrong),
    hint && element("p", { class: "quiet" }, hint),
    element("div", { class: "pile__cards" }, cards.map((card) => tile(sort, card))),
  );
}

function tile(sort, card) {
  const inHand = sort.card === card;
  const made = button(sort.words(card), () => sort.take(card), {
    class: "sort-card",
    "aria-pressed": String(inHand),
    tabindex: inHand || (sort.card === null && sort.order[0] === card) ? "0" : "-1",
    "data-tile": "true",
    "data-card": card,
  });
  return carried(made, (drop, stamp) => sort.put(card, drop, stamp));
}

function end(sort) {
  const { app } = sort;
  const found = element("ul", { class: "sort__problems" });
  const said = element("p", { class: "field__error", role: "alert" });
  const note = app.draft.get("note:NOTE", sort.log.picture().notes.get("NOTE") ?? "");
  return element(
    "div",
    { class: "sort__end" },
    keyboardHelp(t("Arrows: go to another card. 1 to 9: put it on that pile.")),
    textField(
      t("A note for your supervisor"),
      note,
      (words) => app.draft.set("note:NOTE", words),
      { rows: 2, name: "note" },
    ),
    said,
    found,
    element(
      "div",
      { class: "actions" },
      button(t("Sign"), () => sign(sort, said, found), { class: "button button--large", "data-act": "sign" }),
      element("span", { class: "quiet" }, t("After signing the cards stay as they lie.")),
    ),
  );
}

function sign(sort, said, found) {
  const { app, log } = sort;
  const wrong = problems(sort.table, sort.distribution);
  said.textContent = wrong.length > 0 ? t("It cannot be signed yet:") : "";
  found.replaceChildren(...wrong.map((one) => element("li", {}, problem(sort, one))));
  if (wrong.length > 0) return said.scrollIntoView({ block: "start" });
  const note = app.draft.get("note:NOTE", "").trim();
  if (note && note !== log.picture().notes.get("NOTE")) log.add(tape.note, undefined, "NOTE", note);
  log.add(tape.close);
  app.go("done");
}

/* One thing that is wrong; pressing it takes the card up. */
function problem(sort, { card, pile, kind }) {
  const words = sort.words(card);
  const sentence = kind === "no_pile"
    ? t("“{card}” lies on no pile yet.", { card: words })
    : t("“{card}” is too many on pile {pile}, which holds {holds}.", {
        card: words,
        pile,
        holds: sort.distribution[pile - 1],
      });
  return button(sentence, () => sort.take(card), { class: "button button--quiet", "data-problem": card });
}
