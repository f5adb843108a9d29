/* Where are the visits: on this tablet only, on their way, or with the server? Read out politely when it changes. */

import { element } from "./element.js";
import { t } from "./words.js";

export function syncBadge(outbox, language) {
  const words = element("span", { class: "badge__words", role: "status", "aria-live": "polite" });
  const made = element(
    "p",
    { class: "badge" },
    element("span", { class: "badge__mark", "aria-hidden": "true" }),
    words,
  );
  const show = (state) => {
    const { sentence, sure, leads = false } = said(state);
    made.dataset.sure = String(sure);
    if (words.textContent === sentence && words.childElementCount === 0) return;
    words.replaceChildren(sentence);
    if (leads) words.append(" ", signIn(language));
  };
  outbox.listeners.add(show);
  show(outbox.state);
  return made;
}

export function signIn(language) {
  return element("a", { href: `/sign-in?next=/record/${language}` }, t("Sign in"));
}

const MANY = 100; // fewer are gone before the sentence is read

/* Only true sentences: "all sent" needs every head equal, and nothing is called sent before the server said so. */
function said(state) {
  const { phase, events, total, by } = state;
  if (events === 0) return { sentence: allSent(state), sure: true };
  const values = { n: events };
  if (phase === "sending" && total >= MANY) return { sentence: progress(state), sure: false };
  if (phase === "stopped" && by === "code") {
    return { sentence: t("Saved here. {n} entries wait until this tablet is enrolled again.", values), sure: false };
  }
  if (phase === "stopped") return { sentence: t("Saved here. To send {n} entries:", values), sure: false, leads: true };
  if (phase === "waiting") return { sentence: t("Saved here; {n} entries wait for the network", values), sure: false };
  return { sentence: t("To be sent soon"), sure: false };
}

function allSent({ aside, parted }) {
  if (parted > 0) return t("Nothing waits here; {n} put aside for your supervisor", { n: Math.max(aside, parted) });
  return aside > 0 ? t("All sent; {n} put aside for your supervisor", { n: aside }) : t("All sent");
}

function progress({ visits, sent, total }) {
  const values = { visits, sent, total };
  return visits === 1
    ? t("1 visit: {sent} of {total} entries sent", values)
    : t("{visits} visits: {sent} of {total} entries sent", values);
}
