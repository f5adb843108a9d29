/* The tablet in the caregiver's hands: it shows the questions and nothing else, until the visitor takes it back.

   That it is handed over is a fact on the device: a reload, another address of the shell or another tab lead back to
   the questions. Everything speaks the caregiver's language. The PIN that ends it is kept as a hash; who forgot it
   signs in again. Other apps and the browser's own bar are not ours: the tablet's screen pinning closes those. */

import { keypad } from "./keypad.js";
import { speakIn } from "./catalogues.js";
import * as device from "./device.js";
import { button, element } from "./element.js";
import { textField } from "./field.js";
import { secretField } from "./passphrase.js";
import * as pin from "./pin.js";
import * as server from "./server.js";
import { t } from "./words.js";

const FACT = "hand_over";
const other = new BroadcastChannel(FACT);

/* At the start of the page: is the tablet handed over? Then this place is the only one. */
export async function takeUp(app) {
  other.onmessage = () => location.reload();
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  app.handedOver = (await device.fact(FACT)) ?? null;
  if (!app.handedOver) return openUp(app.language);
  app.place = { screen: "asking", log: app.handedOver.log };
  await shut(app.handedOver.language);
}

/* Hand it over: from now on the questions of the open log, in their own language. */
export async function giveOver(app, digits) {
  const { language } = app.log.picture().opening;
  app.handedOver = { log: app.log.id, language, ...(await pin.sealed(digits)), wrong: 0, until: 0 };
  await device.keepFact(FACT, app.handedOver);
  app.draft.set("question", null); // from the beginning, also when it is handed over again
  await shut(language);
  other.postMessage("given");
  await app.go("asking");
}

/* It is the visitor's again. */
async function takeBack(app) {
  await device.keepFact(FACT, undefined);
  app.handedOver = null;
  removeEventListener("popstate", stay);
  if (history.state?.handedOver) history.back();
  await openUp(app.language);
  app.outbox.show(app.outbox.state); // the badge speaks the visitor's language again
  other.postMessage("taken");
  await app.go(app.log ? "ask_review" : "families");
}

/* Somebody signed in: the page begins anew, as that person's. */
async function startAnew(app) {
  const place = app.log ? { screen: "ask_review", log: app.log.id } : { screen: "families" };
  await app.unlocked.keepFact("place", place);
  await device.keepFact(FACT, undefined);
  other.postMessage("taken");
  location.reload();
}

async function openUp(language) {
  await speakIn(language);
  document.documentElement.lang = language;
  document.title = t("Record") + " · " + t("Recorder");
  document.querySelector(".topline").hidden = false;
}

async function shut(language) {
  document.querySelector(".topline").hidden = true;
  await speakIn(language);
  document.documentElement.lang = language;
  document.title = t("A few questions");
  if (!history.state?.handedOver) history.pushState({ handedOver: true }, "");
  addEventListener("popstate", stay);
}

/* The browser's "back" leads to the entry before ours: go forward again. */
function stay() {
  if (!history.state?.handedOver) history.forward();
}

/* Before it is handed over: the visitor sets a PIN, typed twice. */
export function setPin(app) {
  const place = element("div", {});
  const first = (wrong = "") => step(t("Choose a PIN"), t("Next"), wrong, (digits) => {
    const fault = pin.fault(digits);
    if (fault === "short") return first(t("A PIN has at least {n} digits.", { n: pin.FEWEST_DIGITS }));
    if (fault === "easy") return first(t("This PIN is guessed too easily. Choose another one."));
    again(digits);
  });
  const again = (chosen) => step(t("Type the PIN again"), t("Hand over"), "", (digits) => {
    if (digits !== chosen) return first(t("These were two different PINs. Please start again."));
    giveOver(app, digits);
  });
  const step = (words, done, wrong, act) => {
    const keys = keypad(words, done, act);
    keys.say(wrong);
    place.replaceChildren(keys.made);
    if (place.isConnected) keys.focus();
  };
  const notNow = () => app.go("activities", { family: app.log.row.family });
  first();
  return element(
    "section",
    { class: "sheet hand-over" },
    element("h1", { tabindex: "-1" }, t("Before you hand over the tablet")),
    element("p", {}, t("The tablet will show the questions and nothing else. To take it back you need a PIN.")),
    element("p", { class: "quiet" }, t("If you forget it you can sign in again with your password, with a network.")),
    place,
    element("p", {}, button(t("Not now"), notNow, { class: "button button--quiet" })),
  );
}

/* The way back, in the caregiver's language like all the rest: the PIN, or the visitor's own sign-in. */
export function returning(app, leave) {
  const keys = keypad(t("PIN"), t("Done"), (digits) => attempt(digits));
  let busy = false;
  const attempt = async (digits) => {
    if (busy || digits === "") return;
    busy = true;
    const wrong = await refusal(digits);
    busy = false;
    if (wrong) return keys.say(wrong);
    await takeBack(app);
  };
  return element(
    "section",
    { class: "sheet hand-over" },
    element("h1", { tabindex: "-1" }, t("For the visitor")),
    element("p", {}, t("Type the PIN that you chose when you handed over the tablet.")),
    keys.made,
    element("details", { class: "more" }, element("summary", {}, t("The PIN is forgotten")), signInAgain(app)),
    leave && element("p", {}, button(t("Back to the questions"), leave, { class: "button button--quiet" })),
  );
}

/* Why these digits do not take the tablet back, or "" when they do. Tries are counted on the device: for all tabs. */
async function refusal(digits) {
  const state = await device.fact(FACT);
  if (!state) return "";
  if (Date.now() >= state.until && (await pin.opens(digits, state))) return "";
  if (Date.now() >= state.until) {
    state.wrong += 1;
    state.until = Date.now() + pin.pauseMs(state.wrong);
    await device.keepFact(FACT, state);
  }
  const rest = state.until - Date.now();
  return rest > 0 ? waitWords(rest) : t("This is not the PIN.");
}

function waitWords(ms) {
  const seconds = Math.ceil(ms / 1000);
  return seconds > 90
    ? t("That was wrong several times. Please wait {n} minutes.", { n: Math.ceil(seconds / 60) })
    : t("That was wrong several times. Please wait {n} seconds.", { n: seconds });
}

/* Signing in anew on the spot: the tablet never leaves the questions for a page with other links. */
function signInAgain(app) {
  const typed = { name: "", password: "" };
  const said = element("p", { class: "field__error", role: "status" });
  const put = (part) => (words) => (typed[part] = words);
  const password = secretField(t("Password"), put("password"), { name: "password" });
  const act = async () => {
    said.textContent = "";
    try {
      const wrong = await server.signIn(typed.name, typed.password);
      if (wrong) return (said.textContent = wrong);
      await server.pull();
      await startAnew(app);
    } catch (error) {
      if (!(error instanceof server.Unreachable)) throw error;
      said.textContent = error.status === 403
        ? t("This account does not record visits.")
        : t("The server cannot be reached. Wait until there is a network.");
    }
  };
  return element(
    "div",
    {},
    element("p", {}, t("Sign in again with your password. This needs the network; nothing is lost while you wait.")),
    textField(t("Sign-in name"), "", put("name"), { single: true, name: "sign-in" }),
    password,
    said,
    button(t("Sign in"), act, { "data-act": "sign-in-again" }),
  );
}
