/* Ratings, one scale set at a time, notes first. Sensitivity comes first, then what is due, then what she chooses.

   The anchors are in sight, "not observed" is always a choice, and a number that is not on the scale cannot be given.
   A very low or very high number needs its note: the message stands beside the note. */

import { button, element } from "./element.js";
import { remark, textField } from "./field.js";
import { fitsAge } from "./questions.js";
import { begun, newest } from "./rating_sets.js";
import * as tape from "./tape.js";
import { label, t } from "./words.js";

/* The scales whose lowest number asks whether somebody is not safe. It opens nothing by itself. */
const ASKS_SAFETY = { sensitivity: "acceptance", "warm-presence": "kind" };

export function rate(app) {
  const { draft } = app;
  const { opening } = app.log.picture();
  const family = app.family(opening.family);
  const known = newest(app.pulled.instruments);
  const sets = draft.get("sets") ?? begun(known, family?.offered ?? [], opening.children[0]);
  draft.set("sets", sets);
  const number = Math.min(draft.get("set", 0), sets.length - 1);
  const scale = app.instrument(sets[number]);
  const cards = scale.document.items.map((item) => scaleCard(app, scale, item));
  const turn = (to) => {
    draft.set("set", to);
    app.go("rate");
  };
  const isLast = opening.role !== "primary" && number === sets.length - 1;
  const onward = () => finished(app, scale, cards) && (number + 1 < sets.length ? turn(number + 1) : leave(app));
  const add = (id) => {
    if (!finished(app, scale, cards)) return;
    draft.set("sets", [...sets, id]);
    turn(number + 1);
  };
  const child = family?.children.find((one) => one.id === opening.children[0]);
  const others = known.filter((one) => !sets.includes(one.id) && fitsAge(one.document, child?.age_months ?? null));
  return element(
    "section",
    { class: "sheet sheet--wide", "data-set": scale.id },
    number > 0 && element("p", {}, button(t("Back"), () => turn(number - 1), { class: "button button--quiet" })),
    element("h1", { tabindex: "-1" }, label(scale.document.label, app.language, scale.id)),
    element(
      "p",
      {},
      t("First write what you saw, then choose. Leave out what you could not tell."),
      " ",
      element("span", { class: "quiet" }, remarkOf(scale.document, app.language)),
    ),
    cards.map((card) => card.made),
    number === sets.length - 1 && others.length > 0 && also(app, others, add),
    element(
      "div",
      { class: "actions" },
      button(isLast ? t("Sign your coding") : t("Next"), onward, { class: "button button--large", "data-act": "next" }),
    ),
  );
}

/* The first observer goes on to the family's page; for anybody else this is the end. */
function leave(app) {
  if (app.log.picture().opening.role === "primary") return app.go("page");
  app.log.add(tape.close);
  return app.go("done");
}

function remarkOf(document, language) {
  const usual = document.validated ? "" : t("A coaching instrument, not a validated measure.");
  return label(document.remark, language) || usual;
}

function also(app, others, add) {
  return element(
    "div",
    { class: "actions" },
    others.map((one) => {
      const words = t("Also rate: {name}", { name: label(one.document.label, app.language, one.id) });
      return button(words, () => add(one.id), { class: "button button--quiet", "data-also": one.id });
    }),
  );
}

/* What is wrong with a rating, or null: a number at the ends of the scale needs a note. */
export function missing(document, { value, note }) {
  if (typeof value !== "number" || note.trim() !== "") return null;
  const low = typeof document.note_low === "number" && value <= document.note_low;
  const high = typeof document.note_high === "number" && value >= document.note_high;
  return low || high ? t("A rating of {value} needs a note: what did you see?", { value }) : null;
}

function scaleCard(app, scale, item) {
  const { document } = scale;
  const written = app.log.picture().ratings.get(tape.ratingKey(scale.id, item.id));
  const key = `rating:${scale.id}:${item.id}`;
  const now = app.draft.get(key, { value: written?.value ?? null, note: written?.note ?? "" });
  const wrong = () => {
    const message = missing(document, now);
    remark(field, message ? [{ stops: true, message }] : []);
    return message;
  };
  const put = (part) => {
    app.draft.set(key, Object.assign(now, part));
    if (wrong() === null) write(app, scale, item, now);
    safety?.show(now);
  };
  const typed = (note) => {
    app.draft.set(key, Object.assign(now, { note }));
    if (field.classList.contains("field--wrong")) wrong();
  };
  const field = textField(t("What did you see?"), now.note, typed, { rows: 2, name: `rating-${item.id}` });
  const safety = app.beside && ASKS_SAFETY[document.name] === item.id ? safetyQuestion(app, document.low) : null;
  safety?.show(now);
  const made = element(
    "div",
    { class: "card scale", "data-scale": item.id },
    element("h2", {}, label(item.label, app.language, item.id)),
    item.definition ? element("p", { class: "quiet" }, label(item.definition, app.language)) : null,
    field,
    numbers(scale, item, now, (value) => put({ value }), app.language),
    safety?.made,
  );
  return { made, item, now, wrong };
}

/* The question that stands beside the lowest number of a scale, and nowhere else. */
function safetyQuestion(app, low) {
  const made = element(
    "p",
    { class: "message scale__safety" },
    element("span", {}, t("Is somebody not safe?")),
    button(t("Write a safety note"), () => app.beside.open(), { class: "button button--quiet", "data-act": "safety" }),
  );
  return { made, show: ({ value }) => (made.hidden = value !== low) };
}

function numbers({ id, document }, item, now, act, language) {
  const name = `scale-${id}-${item.id}`;
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
  const anchors = Object.entries(item.anchors ?? {}).sort(([one], [other]) => one - other);
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

/* Write what is chosen; false, with the focus on it, where a note is missing. */
function finished(app, scale, cards) {
  const open = cards.filter((card) => card.wrong() !== null);
  open[0]?.made.querySelector("textarea").focus();
  if (open.length > 0) return false;
  for (const { item, now } of cards) if (now.value !== null) write(app, scale, item, now);
  return true;
}
