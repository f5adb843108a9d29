/* The form of a safety note: what was seen and heard, and whom it was told to, or why not.

   What is typed is kept with every letter; leaving a field writes it to the note's own log. `note` is that log with its
   draft; it is signed here and is then no longer shown on this tablet. */

import { choice } from "./choice.js";
import * as device from "./device.js";
import { button, element } from "./element.js";
import { remark, textField } from "./field.js";
import * as tape from "./tape.js";
import { t } from "./words.js";

export function safetyForm(note, { signed, later, laterWords }) {
  const { log, draft } = note;
  const written = (code) => log.picture().notes.get(code) ?? "";
  const now = (code) => draft.get(code, written(code));
  const write = (code) => {
    const words = now(code).trim();
    if (words !== written(code)) log.add(tape.note, undefined, code, words);
  };
  const text = (code, label, options) =>
    textField(label, now(code), (words) => draft.set(code, words), { name: code, ...options });
  const fields = {
    about: about(now("about"), (value) => {
      draft.set("about", value);
      write("about");
      remark(fields.about, []);
    }),
    seen: text("seen", t("What did you see and hear?"), { hint: t("Your own words; what somebody said in theirs.") }),
    told_whom: text("told_whom", t("Whom did you tell?"), { single: true }),
    told_when: text("told_when", t("When?"), { single: true, hint: t("For example: today at 10:30.") }),
    reference: text("reference", t("Reference number, if you got one"), { single: true }),
    why_not: text("why_not", t("If you told nobody yet: why not?"), { rows: 2 }),
  };
  const sign = async () => {
    for (const code of Object.keys(fields)) write(code);
    const first = missing(now, fields);
    if (first) return first.querySelector("input, textarea").focus();
    log.add(tape.close);
    await putAway(note);
    await signed();
  };
  return element(
    "form",
    {
      class: "safety-form",
      on: {
        focusout: ({ target }) => target.dataset.field && write(target.dataset.field),
        submit: (event) => event.preventDefault(), // Enter in a line is no signature
      },
    },
    Object.values(fields),
    element(
      "div",
      { class: "actions" },
      button(t("Sign"), sign, { class: "button button--large", "data-act": "sign" }),
      button(laterWords, later, { class: "button button--large button--quiet", "data-act": "later" }),
    ),
  );
}

function about(chosen, act) {
  const options = [
    ["child", t("The child is not safe")],
    ["caregiver", t("The caregiver is not safe")],
    ["visitor", t("I am not safe")],
    ["disclosure", t("Somebody told me something")],
  ];
  return element(
    "div",
    { class: "field" },
    choice(t("What is it about?"), options, chosen, act),
    element("div", { class: "field__notes" }),
  );
}

/* Say beside each field what is missing; returns the first of them. */
function missing(now, fields) {
  const said = (code) => now(code).trim() !== "";
  const wrong = {
    about: said("about") ? "" : t("Please say what it is about."),
    seen: said("seen") ? "" : t("Please write what you saw or heard."),
    why_not: said("told_whom") || said("why_not") ? "" : t("Please write whom you told, or why not."),
  };
  for (const [code, message] of Object.entries(wrong)) remark(fields[code], message ? [{ stops: true, message }] : []);
  const first = Object.keys(wrong).find((code) => wrong[code]);
  return first && fields[first];
}

/* Signed: its words are no longer at hand here; the log stays until the server's keeping is sure. */
async function putAway({ log, draft }) {
  await log.kept();
  await device.changeLog(log.id, (row) => ({ ...row, done: true }));
  await draft.forget();
}
