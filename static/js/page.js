/* The page for the family: proposed, with a reason for every sentence; hers to swap, to change and to approve. */

import { button, element } from "./element.js";
import { focal } from "./focal.js";
import { nextVisit } from "./next_visit.js";
import { around, behind, forWhom, isDraft, reads, secondPage, shows } from "./page_around.js";
import { beside } from "./page_beside.js";
import { check, soon } from "./page_check.js";
import * as drafts from "./page_draft.js";
import { pagesOf, wordingsOf } from "./page_preview.js";
import { cardsOf, NoProposal, proposed } from "./page_proposal.js";
import { sentences } from "./page_sentences.js";
import { carried } from "./show_page.js";
import * as tape from "./tape.js";
import { uuid7 } from "./uuid7.js";
import { t } from "./words.js";

const FEWEST_STRENGTHS = 2;

export function page(app) {
  const place = element("section", { class: "sheet sheet--wide page" }, element("h1", { tabindex: "-1" }, title(app)));
  const body = element("div", { class: "page__body" });
  place.append(body);
  settle(app, body);
  return place;
}

const title = (app) => t("The page for {child}", { child: focal(app).child?.first_name ?? "" });

/* Draw the page in its language: the draft that is kept, else what is proposed now. */
async function settle(app, body) {
  const now = around(app);
  const kept = app.draft.get(`page:${now.language}`);
  if (kept) return draw(app, body, now, kept);
  body.replaceChildren(element("p", { role: "status" }, t("The page is being prepared ...")));
  try {
    const proposal = await proposed(app, now.language);
    if (body.isConnected) draw(app, body, now, drafts.fromProposal(proposal));
  } catch (error) {
    if (!(error instanceof NoProposal)) throw error;
    if (body.isConnected) body.replaceChildren(...without(app, body, error.message));
  }
}

function without(app, body, words) {
  return [
    element("p", { class: "message" }, words),
    element(
      "div",
      { class: "actions" },
      button(t("Try again"), () => settle(app, body)),
      button(t("Later"), () => app.go("families"), { class: "button button--quiet" }),
      button(t("No page today"), () => finish(app, null), { class: "button button--quiet", "data-act": "no-page" }),
    ),
  ];
}

function draw(app, body, now, page, focus = null) {
  const writes = reads(app, now.language);
  const state = { app, body, now, page, writes, fields: new Map(), timer: null, approving: false };
  state.put = (part) => app.draft.set("around", Object.assign(state.now, part));
  state.edit = (change) => {
    change(state.page);
    keep(state);
    soon(state);
  };
  state.redraw = (changed, field) => {
    state.page = changed;
    keep(state);
    draw(app, body, state.now, state.page, field);
  };
  const turn = (language) => {
    state.put({ language });
    settle(app, body);
  };
  app.draft.set("around", now);
  keep(state);
  const visit = nextVisit(
    app,
    focal(app).family,
    now.next,
    (part) => state.put({ next: { ...state.now.next, ...part } }),
  );
  const wrong = element("p", { class: "field__error", role: "alert" });
  const second = element("div", {}, secondPage(state, {}));
  cardsOf(app, now.language).then((cards) => second.replaceChildren(secondPage(state, cards)), () => undefined);
  const scroll = window.scrollY;
  body.replaceChildren(
    element("div", { class: "page__who" }, forWhom(state, turn)),
    element("div", { class: "page__words" }, sentences(state)),
    element("div", { class: "page__side" }, visit.made, shows(state), second),
    element(
      "div",
      { class: "page__end" },
      button(
        t("Approve the page"),
        () => approve(state, visit, wrong),
        { class: "button button--large", "data-act": "approve" },
      ),
      button(t("Look at the page"), () => preview(state, wrong), {
        class: "button button--quiet",
        "data-act": "preview",
      }),
      !app.log.picture().closed &&
        button(t("No page today"), () => finish(app, null), { class: "button button--quiet", "data-act": "no-page" }),
      wrong,
    ),
  );
  window.scrollTo(0, scroll);
  if (focus) focusOn(state.fields.get(focus) ?? body.querySelector(`[data-focus="${focus}"]`));
  check(state).catch(() => undefined); // it is checked again before approving
}

const focusOn = (place) => (place?.querySelector("input, textarea") ?? place)?.focus({ preventScroll: true });

const keep = ({ app, now, page }) => app.draft.set(`page:${now.language}`, page);

async function approve(state, visit, wrong) {
  wrong.textContent = "";
  const few = state.page.strengths.filter((line) => line.text.trim()).length < FEWEST_STRENGTHS;
  const notes = state.body.querySelector("[data-notes=strengths]");
  notes.replaceChildren(
    few ? element("span", { class: "field__error" }, t("Please write at least two strengths first.")) : "",
  );
  if (few) return notes.scrollIntoView({ block: "center" });
  if (visit.wrong()) return visit.made.scrollIntoView({ block: "center" });
  if (state.approving) return;
  state.approving = true;
  clearTimeout(state.timer);
  try {
    if (await check(state)) return finish(state.app, state, await secondOf(state));
    wrong.textContent = t("Some words cannot stand like this. They are marked.");
    state.body.querySelector(".field--wrong")?.scrollIntoView({ block: "center" });
  } catch (error) {
    if (!(error instanceof NoProposal)) throw error;
    wrong.textContent = error.message;
  }
  state.approving = false;
}

/* The page as it will be, in place of its sentences, until she goes back to them. */
async function preview(state, wrong) {
  const { app, body } = state;
  try {
    const sheet = words(state, await secondOf(state));
    const [wording, second] = await wordingsOf(app, sheet);
    const back = () => {
      draw(app, body, state.now, state.page);
      body.querySelector("[data-act=preview]").focus();
    };
    const away = button(t("Back to the sentences"), back, { class: "button button--large", "data-act": "back" });
    body.replaceChildren(...pagesOf(app, sheet, wording, second), element("div", { class: "actions" }, away));
    window.scrollTo(0, 0);
    away.focus({ preventScroll: true });
  } catch (error) {
    wrong.textContent = error instanceof NoProposal ? error.message : t("The page cannot be shown now.");
  }
}

/* The words of the `sheet` event, as they are printed. */
function words(state, second) {
  const { app, now, page, writes } = state;
  const { next } = now;
  const nextVisit = next.date
    ? { visit: next.visit ?? uuid7(Date.now()), date: next.date, time: next.time || null }
    : null;
  const child = focal(app).opening.children[0];
  return drafts.approved(page, { ...now, ...second, nextVisit, child, quotes: !writes });
}

/* What stands behind the page, in the words of its `sheet` event. */
async function secondOf({ app, now, page }) {
  const [kind, key] = behind(app, now).split(":");
  if (kind === "card") return { card: key };
  if (kind !== "language") return {};
  const other = await proposed(app, key);
  return { beside: beside(page, other, reads(app, key)), draft: isDraft(app, now.language) };
}

/* Write the approved words, if there is a page, and sign the log. */
function finish(app, state, second = {}) {
  const { log } = app;
  if (state) {
    if (state.now.idea.trim()) log.add(tape.idea, undefined, state.now.idea.trim());
    log.add(tape.sheet, undefined, { ...words(state, second), ...carried(app) });
  }
  if (!log.picture().closed) log.add(tape.close); // a page that is approved anew
  app.go("done");
}
