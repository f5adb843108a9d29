/* The page for the family: proposed, with a reason for every sentence; hers to swap, to change and to approve. */

import { choice, tick } from "./choice.js";
import { button, element } from "./element.js";
import { remark, textField } from "./field.js";
import { nextVisit } from "./next_visit.js";
import * as drafts from "./page_draft.js";
import * as server from "./server.js";
import { signIn } from "./sync_badge.js";
import * as tape from "./tape.js";
import { t } from "./words.js";
import { uuid7 } from "./uuid7.js";

const FEWEST_STRENGTHS = 2;
const CHECK_MS = 600;

export function page(app) {
  const place = element("section", { class: "sheet sheet--wide page" }, element("h1", { tabindex: "-1" }, title(app)));
  const body = element("div", { class: "page__body" });
  place.append(body);
  settle(app, body);
  return place;
}

const title = (app) => t("The page for {child}", { child: focal(app).child?.first_name ?? "" });

function focal(app) {
  const opening = app.log.picture().opening;
  const family = app.family(opening.family);
  return { opening, family, child: family?.children.find((one) => one.id === opening.children[0]) };
}

/* What is chosen around the sentences, with what usually fits. */
function around(app) {
  const { opening, family } = focal(app);
  const released = (family?.caregivers ?? []).filter((one) => one.sheet_release);
  const caregiver = released.find((one) => one.id === opening.caregivers[0]) ?? released[0] ?? null;
  return app.draft.get("around", {
    id: uuid7(Date.now()),
    caregiver: caregiver?.id ?? null,
    language: caregiver?.language ?? app.language,
    idea: "",
    contact: null,
    next: {},
    show: { who: true, telephone: true, next_visit: true },
  });
}

/* Draw the page in its language: the draft that is kept, else what the server proposes now. */
async function settle(app, body) {
  const now = around(app);
  const kept = app.draft.get(`page:${now.language}`);
  if (kept) return draw(app, body, now, kept);
  body.replaceChildren(element("p", { role: "status" }, t("The page is being prepared ...")));
  try {
    await app.log.kept();
    await app.outbox.flush();
    const proposal = await server.proposal(app.log.id, now.language, focal(app).opening.children[0]);
    if (body.isConnected) draw(app, body, now, drafts.fromProposal(proposal));
  } catch (error) {
    if (body.isConnected) body.replaceChildren(...unreachable(app, body, error));
  }
}

function unreachable(app, body, error) {
  const words = error.signedOut
    ? t("Please sign in: then the page can be proposed.")
    : error.words || t("The server cannot be reached now. Everything is saved on this tablet.");
  return [
    element("p", { class: "message" }, words, " ", error.signedOut ? signIn(app.language) : ""),
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
  const state = { app, body, now, page, fields: new Map(), timer: null, approving: false };
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
  app.draft.set("around", now);
  keep(state);
  const visit = nextVisit(
    app,
    focal(app).family,
    now.next,
    (part) => state.put({ next: { ...state.now.next, ...part } }),
  );
  const wrong = element("p", { class: "field__error", role: "alert" });
  const scroll = window.scrollY;
  body.replaceChildren(
    element("div", { class: "page__who" }, forWhom(state)),
    element("div", { class: "page__words" }, sentences(state)),
    element("div", { class: "page__side" }, visit.made, shows(state)),
    element(
      "div",
      { class: "page__end" },
      button(
        t("Approve the page"),
        () => approve(state, visit, wrong),
        { class: "button button--large", "data-act": "approve" },
      ),
      button(t("No page today"), () => finish(app, null), { class: "button button--quiet", "data-act": "no-page" }),
      wrong,
    ),
  );
  window.scrollTo(0, scroll);
  if (focus) state.fields.get(focus)?.querySelector("input, textarea")?.focus({ preventScroll: true });
  check(state).catch(() => undefined); // offline it is asked again before approving
}

const keep = ({ app, now, page }) => app.draft.set(`page:${now.language}`, page);

function sentences(state) {
  const { page, redraw, edit } = state;
  return [
    page.warnings.map((warning) => element("p", { class: "message" }, warning)),
    element("h2", {}, t("What went well")),
    element("div", { class: "field__notes", "data-notes": "strengths" }),
    page.strengths.map((line, place) =>
      card(state, `strengths.${place}`, t("Strength {n}", { n: place + 1 }), line, [
        page.spare.length > 0 && quiet(
          t("Another one"),
          () => redraw(drafts.swapStrength(state.page, place), `strengths.${place}`),
          "swap",
        ),
        quiet(t("Leave out"), () => redraw(drafts.dropStrength(state.page, place)), "drop"),
      ]),
    ),
    page.strengths.length < 3
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
    page.shown
      ? [
          element("h2", {}, t("One thing {child} showed us", { child: focal(state.app).child?.first_name ?? "" })),
          card(state, "shown", t("What was shown"), page.shown, [
            page.spareShown.length > 0 && quiet(
              t("Another one"),
              () => redraw(drafts.swap(state.page, "shown", "spareShown"), "shown"),
              "swap",
            ),
            quiet(t("Leave out"), () => redraw({ ...state.page, shown: null }), "drop"),
          ]),
        ]
      : null,
    element("h2", {}, t("One small step to try")),
    stepCard(state, "step"),
    page.second
      ? [element("h2", {}, t("A second step")), stepCard(state, "second")]
      : page.spareSteps.length > 0 && element(
        "p",
        {},
        quiet(
          t("Add a second step"),
          () => redraw(drafts.swap(state.page, "second", "spareSteps"), "second.what"),
          "second",
        ),
      ),
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

function card(state, name, words, line, buttons) {
  return element(
    "div",
    { class: "card line", "data-key": line.key },
    text(state, name, words, line.text, (typed) => state.edit(() => (line.text = typed))),
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
    step.care ? element("p", { class: "message" }, step.care) : null,
    element(
      "div",
      { class: "line__buttons" },
      why(step.why),
      state.page.spareSteps.length > 0 && quiet(
        t("Another one"),
        () => redraw(drafts.swap(state.page, which, "spareSteps"), `${which}.what`),
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

function text(state, name, words, value, act) {
  const made = textField(words, value, act, { rows: Math.max(1, Math.ceil(value.length / 62)), name });
  state.fields.set(name, made);
  return made;
}

function why(words) {
  if (!words) return null;
  return element("details", { class: "why" }, element("summary", {}, t("Why this?")), element("p", {}, words));
}

const quiet = (words, act, name) => button(words, act, { class: "button button--quiet", "data-act": name });

function forWhom(state) {
  const { app, body, now, put } = state;
  const { family } = focal(app);
  const released = (family?.caregivers ?? []).filter((one) => one.sheet_release);
  const names = new Intl.DisplayNames([app.language], { type: "language" });
  const spoken = (family?.caregivers ?? []).map((one) => one.language);
  const languages = [...new Set([...spoken, ...(app.pulled?.programme.languages ?? [])])];
  const turn = (language) => {
    put({ language });
    settle(app, body);
  };
  const give = (caregiver) => {
    put({ caregiver });
    const own = released.find((one) => one.id === caregiver)?.language;
    if (own && own !== state.now.language) turn(own);
  };
  return [
    released.length > 0
      ? choice(
        t("For whom?"),
        [...released.map((one) => [one.id, one.first_name]), [null, t("For the family")]],
        now.caregiver,
        give,
      )
      : element("p", { class: "message" }, t("No caregiver may be given a page yet. It stays in the file.")),
    choice(
      t("Language of the page"),
      languages.map((one) => [one, names.of(one)]),
      now.language,
      turn,
      { "data-choice": "language" },
    ),
  ];
}

function shows(state) {
  const { app, now, put } = state;
  const show = (name) => (on) => put({ show: { ...state.now.show, [name]: on } });
  const contacts = app.pulled?.programme.contacts ?? [];
  return element(
    "fieldset",
    { class: "shows" },
    element("legend", {}, t("On the page")),
    tick(t("Who was there"), now.show.who, show("who")),
    tick(t("Our telephone"), now.show.telephone, show("telephone")),
    tick(t("The next visit"), now.show.next_visit, show("next_visit")),
    contacts.map(
      (one) => tick(
        t("{name} can help, at {phone}", one),
        now.contact?.phone === one.phone,
        (on) => put({ contact: on ? one : null }),
      ),
    ),
  );
}

function soon(state) {
  clearTimeout(state.timer);
  state.timer = setTimeout(() => check(state).catch(() => undefined), CHECK_MS);
}

/* Show beside each field what the server thinks of its words; resolves with whether the page may be approved. */
async function check(state) {
  const asked = drafts.texts(state.page);
  const { findings } = await server.check(state.now.language, asked);
  let fine = true;
  for (const [name, field] of state.fields) {
    const found = (findings[name] ?? []).map(
      (one) => ({ message: one.message, stops: one.level === "blocked" || one.level === "glyph" }),
    );
    if (found.some((one) => one.stops)) fine = false;
    remark(field, found);
  }
  return fine;
}

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
    if (await check(state)) return finish(state.app, state);
    wrong.textContent = t("Some words cannot stand like this. They are marked.");
    state.body.querySelector(".field--wrong")?.scrollIntoView({ block: "center" });
  } catch (error) {
    wrong.textContent = error.signedOut ? t("Please sign in, then approve.") : t(
      "The words could not be checked: the server cannot be reached. Nothing is lost; try again.",
    );
  }
  state.approving = false;
}

/* Write the approved words, if there is a page, and sign the log. */
function finish(app, state) {
  const { log } = app;
  if (state) {
    const { next } = state.now;
    const nextVisit = next.date ? {
      visit: next.visit ?? uuid7(Date.now()),
      date: next.date,
      time: next.time || null,
    } : null;
    if (state.now.idea.trim()) log.add(tape.idea, undefined, state.now.idea.trim());
    log.add(
      tape.sheet,
      undefined,
      drafts.approved(state.page, { ...state.now, nextVisit, child: focal(app).opening.children[0] }),
    );
  }
  log.add(tape.close);
  app.go("done");
}
