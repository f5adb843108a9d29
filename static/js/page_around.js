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
    language: caregiver?.language ?? app.language,
    idea: "",
    contact: null,
    next: {},
    show: { who: true, telephone: true, next_visit: true },
  });
}

const released = (family) => (family?.caregivers ?? []).filter((one) => one.sheet_release);

/* Whether the visitor reads a page's language: then she may write in it, else she picks among its sentences. */
export const reads = (app, language) => [app.pulled?.account.language, app.language].includes(language);

export const named = (app, language) => new Intl.DisplayNames([app.language], { type: "language" }).of(language);

/* `turn` draws the page in another language. */
export function forWhom({ app, now, put }, turn) {
  const { family } = focal(app);
  const given = released(family);
  const spoken = (family?.caregivers ?? []).map((one) => one.language);
  const languages = [...new Set([...spoken, ...(app.pulled?.programme.languages ?? [])])];
  const give = (caregiver) => {
    put({ caregiver });
    const own = given.find((one) => one.id === caregiver)?.language;
    if (own && own !== now.language) turn(own);
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
