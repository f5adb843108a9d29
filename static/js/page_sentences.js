/* The sentences of a page, each with its reason: hers to swap, to leave out and, in a language that she reads, to
   change. */

import { directionOf } from "./propose/direction.js";
import { button, element } from "./element.js";
import { textField } from "./field.js";
import { focal } from "./focal.js";
import { named } from "./page_around.js";
import * as drafts from "./page_draft.js";
import { themes } from "./page_themes.js";
import { t } from "./words.js";

const MOST_STRENGTHS = 3;

export function sentences(state) {
  const { page, redraw, edit } = state;
  return [
    state.writes ? null : pickOnly(state),
    page.warnings.map((warning) => element("p", { class: "message" }, warning)),
    element("h2", {}, t("What went well")),
    element("div", { class: "field__notes", "data-notes": "strengths" }),
    page.strengths.map((line, place) => strength(state, line, place)),
    page.strengths.length < MOST_STRENGTHS
      ? element(
          "p",
          {},
          quiet(
            t("Write one myself"),
            () => redraw(drafts.ownStrength(state.page), `strengths.${state.page.strengths.length}`),
            "own",
          ),
        )
      : null,
    page.shown ? shown(state) : null,
    element("h2", {}, t("One small step to try")),
    stepCard(state, "step"),
    themes(state),
    second(state),
    element("h2", {}, t("From the caregiver")),
    textField(
      t("Their own idea, in their words"),
      state.now.idea,
      (idea) => state.put({ idea }),
      { rows: 2, name: "idea" },
    ),
    element("h2", {}, t("For the caregiver")),
    text(
      state,
      "for_you",
      t("A line on their own support"),
      page.forYou,
      (words) => edit((one) => (one.forYou = words)),
    ),
  ];
}

function pickOnly({ app, now }) {
  return element(
    "p",
    { class: "message", "data-pick-only": true },
    t("You do not read {language}: its sentences can be chosen, not changed.", {
      language: named(app, now.language),
    }),
    " ",
    t("What you write yourself is printed as your own words."),
  );
}

function strength(state, line, place) {
  const { page, redraw } = state;
  return card(state, `strengths.${place}`, t("Strength {n}", { n: place + 1 }), line, [
    page.spare.length > 0 && quiet(
      t("Another one"),
      () => redraw(drafts.swapStrength(state.page, place), `strengths.${place}`),
      "swap",
    ),
    quiet(t("Leave out"), () => redraw(drafts.dropStrength(state.page, place)), "drop"),
  ]);
}

function shown(state) {
  const { page, redraw } = state;
  return [
    element("h2", {}, t("One thing {child} showed us", { child: focal(state.app).child?.first_name ?? "" })),
    card(state, "shown", t("What was shown"), page.shown, [
      page.spareShown.length > 0 && quiet(
        t("Another one"),
        () => redraw(drafts.swap(state.page, "shown", "spareShown"), "shown"),
        "swap",
      ),
      quiet(t("Leave out"), () => redraw({ ...state.page, shown: null }), "drop"),
    ]),
  ];
}

function second(state) {
  const { page, redraw } = state;
  if (page.second) return [element("h2", {}, t("A second step")), stepCard(state, "second")];
  const add = () => redraw(drafts.swapStep(state.page, "second"), "second.what");
  return drafts.swapStep(page, "second") !== page && element("p", {}, quiet(t("Add a second step"), add, "second"));
}

function card(state, name, words, line, buttons) {
  const act = (typed) => state.edit(() => (line.text = typed));
  return element(
    "div",
    { class: "card line", "data-key": line.key },
    line.own ? field(state, name, words, line.text, act) : text(state, name, words, line.text, act),
    element("div", { class: "line__buttons" }, why(line.why), buttons),
  );
}

function stepCard(state, which) {
  const { redraw } = state;
  const step = state.page[which];
  if (!step) return element("p", { class: "quiet" }, t("No step is proposed."));
  const words = { when: t("When"), what: t("What"), say: t("You can say"), helps: t("Why it helps") };
  return element(
    "div",
    { class: "card line", "data-key": step.key },
    drafts.STEP_PARTS.map((part) =>
      text(state, `${which}.${part}`, words[part], step[part] ?? "", (typed) => state.edit(() => (step[part] = typed))),
    ),
    step.care ? element("p", { class: "message", ...spoken(state) }, step.care) : null,
    element(
      "div",
      { class: "line__buttons" },
      why(step.why),
      drafts.swapStep(state.page, which) !== state.page && quiet(
        t("Another one"),
        () => redraw(drafts.swapStep(state.page, which), `${which}.what`),
        "swap",
      ),
      which === "second" && quiet(
        t("Leave out"),
        () => redraw({ ...state.page, second: null, spareSteps: [...state.page.spareSteps, step] }),
        "drop",
      ),
    ),
  );
}

/* Words that may be changed where she reads their language, and only read where she does not. */
function text(state, name, words, value, act) {
  if (state.writes) return field(state, name, words, value, act);
  if (!value) return null;
  return element(
    "div",
    { class: "field" },
    element("span", { class: "field__label quiet" }, words),
    element("p", { class: "line__text", ...spoken(state), tabindex: "-1", "data-focus": name }, value),
  );
}

function field(state, name, words, value, act) {
  const made = textField(words, value, act, { rows: Math.max(1, Math.ceil(value.length / 62)), name });
  const { lang, dir } = spoken(state);
  if (state.writes) Object.assign(made.querySelector("textarea"), { lang, dir });
  state.fields.set(name, made);
  return made;
}

/* The language of the page, and which way it runs. */
const spoken = ({ now }) => ({ lang: now.language, dir: directionOf(now.language) });

function why(words) {
  if (!words) return null;
  return element("details", { class: "why" }, element("summary", {}, t("Why this?")), element("p", {}, words));
}

const quiet = (words, act, name) => button(words, act, { class: "button button--quiet", "data-act": name });
