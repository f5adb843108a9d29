/* Sorting cards: one at a time into three groups, then onto the piles. Every move is an event of the log: it can be
   taken back, and a reload goes on where it was. No score is shown, and none is made here. */

import { button, element } from "./element.js";
import { firstPass } from "./sort_first.js";
import { hand } from "./sort_hand.js";
import { overview } from "./sort_overview.js";
import * as tables from "./sort_table.js";
import * as tape from "./tape.js";
import { label, t } from "./words.js";

export function sorting(app) {
  const sort = new Sort(app);
  const saved = () => sort.showSaved();
  app.log.listeners.add(saved);
  const key = (event) => sort.key(event);
  window.addEventListener("keydown", key);
  app.onLeave(() => {
    app.log?.listeners.delete(saved);
    window.removeEventListener("keydown", key);
  });
  sort.draw();
  return sort.made;
}

class Sort {
  constructor(app) {
    this.app = app;
    this.log = app.log;
    this.document = app.log.row.scheme;
    const { opening } = this.log.picture();
    this.distribution = opening.distribution;
    const family = app.family(opening.family);
    const name = (people, id) => people?.find((one) => one.id === id)?.first_name;
    this.child = name(family?.children, opening.children[0]) ?? t("the child");
    this.caregiver = name(family?.caregivers, opening.caregivers[0]) ?? t("Caregiver");
    this.order = tables.shown(this.document.cards, this.log.id);
    this.texts = new Map(this.document.cards.map((card) => [card.id, label(card.text, app.language, "") || card.id]));
    this.said = "";
    this.pressed = null; // the last place that was tapped, and when
    const hasWords = this.document.cards.some(tables.hasWords);
    this.made = element("section", { class: "sort", "data-words": String(hasWords) });
  }

  words(card) {
    return this.texts.get(card);
  }

  /* Whether cards are still looked at one by one; who has sorted on paper before goes straight to the piles. */
  get isFirst() {
    return this.table.waiting.length > 0 && !this.app.draft.get("straight", false);
  }

  /* The card that is in hand: the one that was taken up, else the next. */
  get card() {
    const taken = this.isFirst ? null : this.app.draft.get("card", null);
    return taken ?? tables.inHand(this.table)[0] ?? null;
  }

  get mostUnseen() {
    return this.document.most_unseen ?? 0;
  }

  /* Put the card in hand where a tap says; the same place tapped within a quarter of a second is one tap. */
  tap(drop, stamp) {
    const { pressed } = this;
    this.pressed = { drop, stamp };
    if (pressed?.drop !== drop || !tape.isDoubleTap(pressed.stamp, stamp)) this.put(this.card, drop, stamp);
  }

  /* Put a card where `drop` says: "group more", "pile 9", "pile NOB". */
  put(card, drop, stamp) {
    const [kind, name] = drop.split(" ");
    const pile = name === tables.UNSEEN ? name : Number(name);
    const here = this.table.where.get(card);
    this.app.draft.set("card", null);
    if (kind === "group" && here?.group !== name) this.log.add(tape.group, stamp, card, name);
    if (kind === "pile" && here?.pile !== pile) this.log.add(tape.place, stamp, card, pile);
    this.said = this.placed(card, kind, name);
    this.draw();
  }

  placed(card, kind, name) {
    const words = this.words(card);
    if (name === tables.UNSEEN) return t("Not seen: {card}", { card: words });
    if (kind === "group") return `${this.groupWords(name)}: ${words}`;
    const cards = tables.lay(this.order, this.distribution, this.log.picture().moves).piles[name - 1];
    return cards.length > this.distribution[name - 1]
      ? t("Pile {pile} has too many now, with {card}", { pile: name, card: words })
      : t("On pile {pile}: {card}", { pile: name, card: words });
  }

  groupWords(name) {
    const { child } = this;
    if (name === "less") return t("Less like {child}", { child });
    return name === "more" ? t("More like {child}", { child }) : t("In between");
  }

  /* Take back the last move, of one card or of all. */
  back(stamp, card = null) {
    const last = tables.lastMove(this.log.picture().moves, card);
    if (!last) return;
    this.log.add(tape.undo, stamp, last.seq);
    this.app.draft.set("card", null);
    this.said = t("Taken back: {card}", { card: this.words(last.code) });
    this.draw();
  }

  /* Take a card up, or lay it down again. */
  take(card) {
    this.app.draft.set("card", this.app.draft.get("card", null) === card ? null : card);
    this.said = "";
    this.draw();
  }

  straight() {
    this.app.draft.set("straight", true);
    this.draw();
  }

  draw() {
    const focused = { ...document.activeElement?.dataset };
    this.table = tables.lay(this.order, this.distribution, this.log.picture().moves);
    this.made.dataset.pass = this.isFirst ? "first" : "piles";
    this.made.replaceChildren(this.top(), ...(this.isFirst ? [firstPass(this)] : [...overview(this), hand(this)]));
    this.showSaved();
    this.focusAgain(focused);
  }

  top() {
    const all = this.order.length;
    const n = all - (this.isFirst ? this.table.waiting : tables.inHand(this.table)).length;
    const remark = label(this.document.remark, this.app.language);
    const coaching = this.document.validated ? "" : t("A coaching instrument, not a validated measure.");
    this.saved = element("span", { class: "sort__saved" });
    return element(
      "header",
      { class: "sort__top" },
      element(
        "h1",
        { tabindex: "-1" },
        t("{name}: {child}", { name: label(this.document.label, this.app.language), child: this.child }),
      ),
      element(
        "p",
        { class: "sort__count" },
        this.isFirst ? t("{n} of {all} looked at", { n, all }) : t("{n} of {all} on a pile or not seen", { n, all }),
        " ",
        this.saved,
      ),
      element(
        "div",
        { class: "sort__acts" },
        button(t("Undo"), (event) => this.back(event.timeStamp), { class: "chip-button", "data-act": "undo" }),
        button(t("Later"), () => this.app.go("families"), { class: "chip-button", "data-act": "later" }),
      ),
      element("p", { class: "quiet sort__remark" }, remark || coaching),
    );
  }

  showSaved() {
    const sure = this.log.storedUpto === this.log.tape.length;
    this.saved.dataset.sure = String(sure);
    this.saved.textContent = sure ? t("saved") : t("saving ...");
  }

  /* The focus stays where the hand is: on the place that was pressed, or with the cards on the next one. */
  focusAgain({ card, drop, act }) {
    const next = this.card && `[data-tile="true"][data-card="${CSS.escape(this.card)}"]`;
    const selector = card ? next : drop ? `button[data-drop="${drop}"]` : act && `[data-act="${act}"]`;
    if (selector) this.made.querySelector(selector)?.focus({ preventScroll: !card });
  }

  /* Keys act on the card that has the focus, else on the one in hand: digits put it down, arrows go to the next one. */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || (event.repeat && event.key.length === 1)) return;
    if (event.target.closest?.("input, textarea, select, dialog") || !this.made.isConnected) return;
    const inHand = this.card && this.made.querySelector(`[data-tile][data-card="${CSS.escape(this.card)}"]`);
    const tile = event.target.closest?.("[data-tile]") ?? inHand;
    if (!tile) return;
    const { card } = tile.dataset;
    if (event.key === "Backspace") this.back(event.timeStamp);
    else if (/^\d$/.test(event.key)) this.digit(card, Number(event.key), event.timeStamp);
    else if (!this.arrow(tile, event.key)) return;
    event.preventDefault();
  }

  digit(card, number, stamp) {
    if (number === 0) return this.put(card, `pile ${tables.UNSEEN}`, stamp);
    const most = this.isFirst ? tables.GROUPS.length : this.distribution.length;
    if (number > most) return;
    this.put(card, this.isFirst ? `group ${tables.GROUPS[number - 1]}` : `pile ${number}`, stamp);
  }

  arrow(tile, key) {
    const tiles = [...this.made.querySelectorAll("[data-tile]")];
    const place = tiles.indexOf(tile);
    const forward = getComputedStyle(this.made).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    const to = {
      ArrowRight: tiles[place + (forward === "ArrowRight" ? 1 : -1)],
      ArrowLeft: tiles[place + (forward === "ArrowRight" ? -1 : 1)],
      ArrowDown: nearest(tile, tiles.slice(place + 1), 1),
      ArrowUp: nearest(tile, tiles.slice(0, place), -1),
    };
    if (!(key in to)) return false;
    to[key]?.focus();
    return true;
  }
}

/* The tile of the next row down (1) or up (-1) that is straight below or above. */
function nearest(tile, tiles, way) {
  const box = (one) => one.getBoundingClientRect();
  const here = box(tile);
  const rows = tiles.filter((one) => way * (box(one).top - here.top) > 4);
  const far = (one) => Math.abs(box(one).top - here.top) * 10 + Math.abs(box(one).left - here.left);
  return rows.sort((one, other) => far(one) - far(other))[0];
}
