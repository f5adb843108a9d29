/* The tablet is locked: who is there? What was recorded goes on being sent meanwhile.

   On a shared tablet everybody has a passphrase; whoever forgot hers has her vault opened with a supervisor's code. In
   a browser that is one person's she signs in. */

import { button, element } from "./element.js";
import { remark, textField } from "./field.js";
import { newPassphrase, secretField } from "./passphrase.js";
import { Unreachable } from "./server.js";
import { signIn } from "./sync_badge.js";
import { removal } from "./this_tablet.js";
import * as users from "./users.js";
import { NotOpened } from "./vault.js";
import { t } from "./words.js";

export function locked(app) {
  const place = element("div", { class: "locked" });
  const made = element("section", { class: "sheet" }, place);
  const show = (...content) => {
    place.replaceChildren(...content.flat().filter(Boolean));
    place.querySelector("h1")?.focus({ preventScroll: true });
  };
  const ask = async () => show(await question(app, show, ask));
  ask();
  return made;
}

const heading = (words) => element("h1", { tabindex: "-1" }, words);
const quiet = (act) => ({ class: "button button--quiet", "data-act": act });

async function question(app, show, back) {
  const tablet = await users.tablet();
  const known = await users.vaults();
  if (tablet?.revoked) return outOfService();
  if (app.isStranger) return [heading(t("This tablet belongs to another programme."))];
  if (!tablet || (tablet.by === "session" && known.length === 0)) return nobody(app);
  const people = known.map((kept) => person(app, kept, show, back));
  const add = () => show(adding(app, back));
  return [
    heading(app.handedOver ? t("For the visitor") : t("Who are you?")),
    tablet.token ? null : element("p", { class: "message" }, unknown(app, tablet)),
    element("ul", { class: "cards" }, people),
    tablet.by === "code" && !app.handedOver && element("p", {}, button(t("I am new on this tablet"), add, quiet("add-user"))),
    tablet.by === "session" && element("p", {}, signIn(app.language)),
  ];
}

function outOfService() {
  return [
    heading(t("This tablet is out of service")),
    element("p", {}, t("It was taken out of service by a supervisor. What was recorded on it is still sent.")),
  ];
}

/* As before anybody signed in. */
function nobody(app) {
  return [
    heading(t("Your families")),
    app.signedOut && element("p", { class: "message" }, t("You are not signed in."), " ", signIn(app.language)),
    element("p", {}, t("The families come when you are signed in and online.")),
    element("p", { class: "quiet" }, element("a", { href: "/" }, t("To your other pages"))),
  ];
}

const unknown = (app, tablet) => tablet.by === "code"
  ? t("The server does not know this tablet any more. Ask a supervisor for a new code.")
  : [t("You are not signed in."), " ", signIn(app.language)];

function person(app, kept, show, back) {
  const open = () => show(opening(app, kept, show, back));
  return element(
    "li",
    { class: "card" },
    element("h2", {}, kept.name),
    kept.kind === "passphrase"
      ? button(t("Unlock"), open, { "data-user": kept.user, "aria-label": t("Unlock for {name}", { name: kept.name }) })
      : element("p", { class: "quiet" }, t("Signed out. Sign in to go on.")),
  );
}

function opening(app, kept, show, back) {
  let typed = "";
  const field = secretField(t("Passphrase"), (words) => (typed = words), { name: "passphrase" });
  const open = () => app.enter(users.unlock(kept.user, typed));
  const forgotten = () => show(recovering(app, kept, back));
  return [
    heading(kept.name),
    form(app, [field], t("Unlock"), open, "unlock"),
    element(
      "div",
      { class: "actions" },
      button(t("Back"), back, quiet("back")),
      button(t("I forgot my passphrase"), forgotten, quiet("forgotten")),
    ),
    app.handedOver ? null : removal(kept.user, t("Take {name} off this tablet", { name: kept.name }), back),
  ];
}

function recovering(app, kept, back) {
  let code = "";
  const field = textField(t("Code"), "", (words) => (code = words), { single: true, name: "code" });
  const fresh = newPassphrase();
  const recover = () => {
    const chosen = fresh.chosen();
    if (chosen !== null) return app.enter(users.recover(kept.user, code, chosen));
  };
  return [
    heading(t("A new passphrase for {name}", { name: kept.name })),
    element("p", {}, t("Ask your supervisor for a code; it is good for ten minutes. This needs a network.")),
    form(app, [field, fresh.made], t("Set the new passphrase"), recover, "recover"),
    element("p", {}, button(t("Back"), back, quiet("back"))),
  ];
}

function adding(app, back) {
  const typed = { name: "", password: "" };
  const name = textField(t("Sign-in name"), "", (words) => (typed.name = words), { single: true, name: "sign-in" });
  const password = secretField(t("Password"), (words) => (typed.password = words), { name: "password" });
  const fresh = newPassphrase();
  const add = async () => {
    const chosen = fresh.chosen(typed.password);
    if (chosen === null) return;
    const { refused, known, unlocked } = await users.add(typed.name, typed.password, chosen);
    if (refused) return refused;
    if (known) return t("You have a passphrase on this tablet already. Go back and unlock with it.");
    return app.enter(Promise.resolve(unlocked));
  };
  return [
    heading(t("New on this tablet")),
    element("p", {}, t("Sign in once, with a network. From then on you unlock this tablet with a passphrase of your own.")),
    form(app, [name, password, fresh.made], t("Add me to this tablet"), add, "add"),
    element("p", {}, button(t("Back"), back, quiet("back"))),
  ];
}

/* Fields with a button; `act` resolves with a sentence when it did not work. */
function form(app, fields, words, act, name) {
  const notes = element("div", { class: "field__notes", role: "status" });
  const said = element("div", { class: "field" }, notes);
  const go = button(words, () => undefined, { type: "submit", class: "button button--large", "data-act": name });
  const send = async (event) => {
    event.preventDefault();
    if (go.disabled) return;
    go.disabled = true;
    remark(said, []);
    const wrong = await Promise.resolve(act()).catch(reason);
    go.disabled = false;
    if (wrong) remark(said, [{ stops: true, message: wrong }]);
  };
  return element("form", { on: { submit: send } }, fields, said, element("div", { class: "actions" }, go));
}

/* Why it did not work, in words; what nobody foresaw goes on as an error. */
function reason(error) {
  if (error instanceof NotOpened) return t("This is not the passphrase.");
  if (error instanceof users.OtherProgramme) return t("This tablet belongs to another programme.");
  if (!(error instanceof Unreachable)) throw error;
  if (error.status === 403) return error.words || t("This account does not record visits.");
  if (error.status === 422) return error.words;
  return t("The server cannot be reached. Wait until there is a network.");
}
