/* The approved page, full screen, in the family's language: to read together, to photograph, to print. The family may
   strike any sentence, and is asked whether the page fits.

   What it struck and said becomes one `sheet` event when the visitor goes on; until then it rests in the draft. When
   fewer than two strengths would be left, another one is chosen first. */

import { choice } from "./choice.js";
import { directionOf } from "./propose/direction.js";
import { button, element } from "./element.js";
import { textField } from "./field.js";
import { pagesOf, wordingsOf } from "./page_preview.js";
import { isEnough, redrafted, struckFrom, without } from "./strikes.js";
import * as tape from "./tape.js";
import { t } from "./words.js";

export function showPage(app) {
  const waits = element("p", { role: "status" }, t("The page is being prepared ..."));
  const place = element("div", { class: "show" }, waits);
  wordingsOf(app, app.log.picture().sheet).then(
    ([wording, second]) => {
      draw(new Showing(app, wording, second), place);
      place.querySelector("h1").focus({ preventScroll: true });
    },
    () => place.replaceChildren(
      element(
        "p",
        { class: "message" },
        t("The sentences of this language are not on this tablet yet. They come with the next network."),
      ),
      button(t("Back"), () => app.go("done"), { class: "button button--quiet" }),
    ),
  );
  return place;
}

/* What a page that is approved anew takes along: what the family struck before, and what it said. */
export function carried(app) {
  const { before = [], fit = null } = app.draft.get("shown", {});
  return { ...(before.length > 0 && { struck: before }), ...(fit && { fit }) };
}

/* The page that is shown, and what the family says of it. */
class Showing {
  constructor(app, wording, second) {
    Object.assign(this, { app, wording, second, sheet: app.log.picture().sheet, isStriking: false });
    const { struck = [], fit = this.sheet.fit ?? null, large = false } = app.draft.get("shown", {});
    Object.assign(this, { struck: new Set(struck), fit, large });
  }

  keep(more = {}) {
    this.app.draft.set("shown", { struck: [...this.struck], fit: this.fit, large: this.large, ...more });
  }

  toggle(name) {
    if (!this.struck.delete(name)) this.struck.add(name);
    this.keep();
  }

  answer(part) {
    this.fit = { ...this.fit, ...part };
    this.keep();
  }

  get left() {
    return without(this.sheet, this.struck);
  }

  /* The page and what stands behind it, as elements; while sentences are struck, only the page, whole. */
  pages(strike) {
    return pagesOf(this.app, this.sheet, this.wording, this.second, strike, this.left);
  }

  /* Write what was struck and said, if anything was, and go on. */
  finish() {
    const { app, sheet, struck } = this;
    const words = this.fit?.words?.trim() ?? "";
    const fit = this.fit?.answer || words ? { answer: this.fit.answer ?? null, words } : null;
    const isNew = struck.size > 0 || JSON.stringify(fit) !== JSON.stringify(sheet.fit ?? null);
    if (isNew) {
      const gone = [...(sheet.struck ?? []), ...struckFrom(sheet, struck)];
      const said = { ...(gone.length > 0 && { struck: gone }), ...(fit && { fit }) };
      app.log.add(tape.sheet, undefined, { ...this.left, ...said });
    }
    app.draft.set("shown", { large: this.large });
    app.go("done");
  }

  /* Back to the page's draft without what was struck: another strength is chosen there. */
  chooseAnother() {
    const { app, sheet, struck } = this;
    const name = `page:${sheet.language}`;
    const draft = app.draft.get(name);
    if (draft) app.draft.set(name, redrafted(draft, sheet, struck));
    app.draft.set("around", { ...app.draft.get("around"), idea: this.left.idea });
    const before = [...(sheet.struck ?? []), ...struckFrom(sheet, struck)];
    this.struck.clear();
    this.keep({ before });
    app.go("page");
  }
}

function draw(showing, place) {
  const { wording, isStriking } = showing;
  const again = () => {
    const scroll = window.scrollY;
    draw(showing, place);
    window.scrollTo(0, scroll);
  };
  const strike = isStriking && {
    struck: showing.struck,
    toggle: (name) => {
      showing.toggle(name);
      again();
      place.querySelector(`[data-sentence="${name}"]`).focus({ preventScroll: true });
    },
  };
  place.dataset.large = String(showing.large);
  place.replaceChildren(
    bar(showing, place, again),
    isStriking ? element("p", { class: "message", ...spoken(showing) }, wording.strike ?? "") : "",
    ...showing.pages(strike || null),
    isStriking ? "" : end(showing),
  );
}

/* The language of the page, and which way it runs. */
const spoken = ({ sheet }) => ({ lang: sheet.language, dir: directionOf(sheet.language) });

function bar(showing, place, again) {
  const turn = (name) => () => {
    showing[name] = !showing[name];
    showing.keep();
    again();
    place.querySelector(`[data-act="${name}"]`).focus({ preventScroll: true });
  };
  const toggle = (words, name) => button(words, turn(name), {
    class: "button button--quiet",
    "data-act": name,
    "aria-pressed": String(showing[name]),
  });
  return element(
    "div",
    { class: "actions show__bar" },
    toggle(t("Strike sentences"), "isStriking"),
    toggle(t("Large print"), "large"),
    button(t("Print"), () => window.print(), { class: "button button--quiet", "data-act": "print" }),
  );
}

/* Below the page: whether it fits, and the way on. */
function end(showing) {
  const { wording, fit, sheet } = showing;
  const few = !isEnough(showing.left);
  const large = "button button--large";
  return element(
    "div",
    { class: "show__end" },
    wording.fit && element(
      "div",
      spoken(showing),
      choice(
        wording.fit.question,
        ["yes", "partly", "no"].map((answer) => [answer, wording.fit[answer]]),
        fit?.answer ?? null,
        (answer) => showing.answer({ answer }),
        { "data-choice": "fit" },
      ),
      textField(wording.fit.words, fit?.words ?? "", (words) => showing.answer({ words }), { rows: 2, name: "fit" }),
    ),
    few && element(
      "p",
      { class: "message", role: "alert" },
      t("A page needs two strengths. Choose another one together."),
    ),
    element(
      "div",
      { class: "actions" },
      few
        ? button(t("Choose another strength"), () => showing.chooseAnother(), { class: large, "data-act": "another" })
        : button(t("Done"), () => showing.finish(), { class: large, "data-act": "shown" }),
    ),
  );
}
