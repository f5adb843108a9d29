/* Four ratings, notes first. The anchors are in sight, "not observed" is always a choice, and a number that is not on
   the scale cannot be given. A very low or very high number needs its note: the message stands beside the note. */

import { button, element } from "./element.js";
import { remark, textField } from "./field.js";
import * as tape from "./tape.js";
import { label, t } from "./words.js";

export function rate(app) {
  const scale = app.pulled.instruments.find((one) => one.kind === "scale" && one.document.name === "sensitivity");
  const cards = scale.document.items.map((item) => scaleCard(app, scale, item));
  return element(
    "section",
    { class: "sheet sheet--wide" },
    element("h1", { tabindex: "-1" }, label(scale.document.label, app.language)),
    element(
      "p",
      {},
      t("First write what you saw, then choose. Leave out what you could not tell."),
      " ",
      element("span", { class: "quiet" }, t("A coaching instrument, not a validated measure.")),
    ),
    cards.map((card) => card.made),
    element(
      "div",
      { class: "actions" },
      button(t("Next"), () => go(app, scale, cards), { class: "button button--large", "data-act": "next" }),
    ),
  );
}

/* What is wrong with a rating, or null: a number at the ends of the scale needs a note. */
export function missing(document, { value, note }) {
  if (typeof value !== "number" || note.trim() !== "") return null;
  const low = document.note_low !== undefined && value <= document.note_low;
  const high = document.note_high !== undefined && value >= document.note_high;
  return low || high ? t("A rating of {value} needs a note: what did you see?", { value }) : null;
}

function scaleCard(app, scale, item) {
  const { document } = scale;
  const written = app.log.picture().ratings.get(tape.ratingKey(scale.id, item.id));
  const key = `rating:${item.id}`;
  const now = app.draft.get(key, { value: written?.value ?? null, note: written?.note ?? "" });
  const wrong = () => {
    const message = missing(document, now);
    remark(field, message ? [{ stops: true, message }] : []);
    return message;
  };
  const put = (part) => {
    app.draft.set(key, Object.assign(now, part));
    if (wrong() === null) write(app, scale, item, now);
  };
  const typed = (note) => {
    app.draft.set(key, Object.assign(now, { note }));
    if (field.classList.contains("field--wrong")) wrong();
  };
  const field = textField(t("What did you see?"), now.note, typed, { rows: 2, name: `rating-${item.id}` });
  const made = element(
    "div",
    { class: "card scale", "data-scale": item.id },
    element("h2", {}, label(item.label, app.language, item.id)),
    item.definition ? element("p", { class: "quiet" }, label(item.definition, app.language)) : null,
    field,
    numbers(document, item, now, (value) => put({ value }), app.language),
  );
  return { made, item, now, wrong };
}

function numbers(document, item, now, act, language) {
  const name = `scale-${item.id}`;
  const values = Array.from({ length: document.high - document.low + 1 }, (_, place) => document.low + place);
  const radio = (value, words) =>
    element(
      "label",
      { class: "scale__number" },
      element(
        "input",
        { type: "radio", name, value: String(value), checked: now.value === value, on: { change: () => act(value) } },
      ),
      element("span", {}, words),
    );
  const anchors = Object.entries(item.anchors).sort(([one], [other]) => one - other);
  return element(
    "fieldset",
    { class: "scale__choice" },
    element("legend", { class: "unseen" }, label(item.label, language)),
    element("div", { class: "scale__numbers" }, values.map((value) => radio(value, String(value)))),
    element(
      "ol",
      { class: "scale__anchors" },
      anchors.map(
        ([value, words]) => element(
          "li",
          { "data-value": value },
          element("b", {}, value),
          " ",
          label(words, language),
        ),
      ),
    ),
    element("div", { class: "scale__nob" }, radio("NOB", t("Not observed"))),
  );
}

function write(app, scale, item, { value, note }) {
  const written = app.log.picture().ratings.get(tape.ratingKey(scale.id, item.id));
  if ((written?.value ?? null) === value && (written?.note ?? "") === note.trim()) return;
  app.log.add(tape.rate, undefined, scale.id, item.id, value, note.trim());
}

function go(app, scale, cards) {
  const open = cards.filter((card) => card.wrong() !== null);
  if (open.length > 0) return open[0].made.querySelector("textarea").focus();
  for (const { item, now } of cards) if (now.value !== null) write(app, scale, item, now);
  app.go("page");
}
