/* What stands around the sentences of a page: for whom it is, in which language, and what is shown on it. */

import { choice, tick } from "./choice.js";
import { element } from "./element.js";
import { focal } from "./focal.js";
import { uuid7 } from "./uuid7.js";
import { t } from "./words.js";

/* What is chosen around the sentences, with what usually fits. */
export function around(app) {
  const { opening, family } = focal(app);
  const given = released(family);
  const caregiver = given.find((one) => one.id === opening.caregivers[0]) ?? given[0] ?? null;
  return app.draft.get("around", {
    id: uuid7(Date.now()),
    caregiver: caregiver?.id ?? null,
    language: [caregiver?.language, app.language].find((one) => languagesOf(app).includes(one)) ?? languagesOf(app)[0],
    idea: "",
    contact: null,
    next: {},
    show: { who: true, telephone: true, next_visit: true },
  });
}

const released = (family) => (family?.caregivers ?? []).filter((one) => one.sheet_release);

/* The languages in which a page can be: those of the family and of the programme that have sentences. */
function languagesOf(app) {
  const { family } = focal(app);
  const { languages = [], wordings = languages } = app.pulled?.programme ?? {};
  const spoken = (family?.caregivers ?? []).map((one) => one.language);
  const found = [...new Set([...spoken.filter((one) => wordings.includes(one)), ...languages])];
  return found.length > 0 ? found : ["en"];
}

/* Whether nobody has read over a page's sentences, neither she nor whom the programme named: then it is a draft, and the
   same page in her language stands behind it. */
export const isDraft = (app, language) =>
  !reads(app, language) && !(app.pulled?.programme.reviewed ?? []).includes(language);

export const ownLanguage = (app) => app.pulled?.account.language ?? app.language;

/* What stands behind the page: "" nothing, "card:KEY", or "language:CODE". A draft has no choice. */
export function behind(app, { language, second = "" }) {
  if (isDraft(app, language)) return `language:${ownLanguage(app)}`;
  return second === `language:${language}` ? "" : second;
}

/* Whether the visitor reads a page's language: then she may write in it, else she picks among its sentences. */
export const reads = (app, language) => [app.pulled?.account.language, app.language].includes(language);

export const named = (app, language) => new Intl.DisplayNames([app.language], { type: "language" }).of(language);

/* `turn` draws the page in another language. */
export function forWhom({ app, now, put }, turn) {
  const { family } = focal(app);
  const given = released(family);
  const languages = languagesOf(app);
  const give = (caregiver) => {
    put({ caregiver });
    const own = given.find((one) => one.id === caregiver)?.language;
    if (languages.includes(own) && own !== now.language) turn(own);
  };
  return [
    given.length > 0
      ? choice(
          t("For whom?"),
          [...given.map((one) => [one.id, one.first_name]), [null, t("For the family")]],
          now.caregiver,
          give,
        )
      : element("p", { class: "message" }, t("No caregiver may be given a page yet. It stays in the file.")),
    choice(
      t("Language of the page"),
      languages.map((one) => [one, named(app, one)]),
      now.language,
      turn,
      { "data-choice": "language" },
    ),
  ];
}

/* The page behind the family's own: a card, or the same page in another language. `cards` are titles by key. */
export function secondPage(state, cards) {
  const { app, now, put } = state;
  const chosen = behind(app, now);
  const isForced = isDraft(app, now.language);
  const option = (value, words, lang = null) =>
    element("option", { value, lang, selected: value === chosen }, words);
  const languages = [...new Set([...languagesOf(app), ownLanguage(app)])].filter((one) => one !== now.language);
  return element(
    "div",
    { class: "field" },
    element("label", { for: "second-page" }, t("A second page")),
    isForced && element(
      "p",
      { class: "message" },
      t("Nobody has read over the sentences in {language} yet. The page says that it is a draft, and yours stands behind it.", {
        language: named(app, now.language),
      }),
    ),
    element(
      "select",
      { id: "second-page", disabled: isForced, on: { change: (event) => put({ second: event.target.value }) } },
      option("", t("None")),
      languages.map((one) => option(`language:${one}`, t("The same in {language}", { language: named(app, one) }))),
      Object.entries(cards).map(([key, { title }]) => option(`card:${key}`, title, now.language)),
    ),
  );
}

export function shows(state) {
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
