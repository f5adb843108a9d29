/* Her place on this tablet: lock it, choose another passphrase, take herself off it. And the lines that the list of
   families has about it. */

import { button, element } from "./element.js";
import { saveButton } from "./emergency.js";
import { remark } from "./field.js";
import { newPassphrase, secretField } from "./passphrase.js";
import { selfCheck } from "./self_check.js";
import * as users from "./users.js";
import { NotOpened } from "./vault.js";
import { t } from "./words.js";

const SKEW_MS = 120_000;

export function thisTablet(app) {
  const place = element("div", {});
  users.tablet().then((tablet) => place.replaceChildren(...parts(app, tablet)));
  return element("section", { class: "sheet" }, element("h1", { tabindex: "-1" }, t("This tablet")), place);
}

function parts(app, tablet) {
  const { kind } = app.unlocked;
  const leave = kind === "passphrase"
    ? button(t("Lock"), () => app.lock(), { class: "button button--large", "data-act": "lock" })
    : button(t("Sign out"), () => app.signOut(), { class: "button button--large", "data-act": "sign-out" });
  return [
    element("p", { class: "quiet" }, [tablet.name, tablet.programme?.name].filter(Boolean).join(" · ")),
    element("p", {}, t("What you recorded stays on this tablet until the server has it, and goes on being sent.")),
    element("div", { class: "actions" }, leave),
    selfCheck(),
    emergencyFile(),
    passphrase(app, kind === "passphrase"),
    removal(app.unlocked.user, t("Take me off this tablet"), () => app.forget()),
    element(
      "div",
      { class: "actions" },
      button(t("Back to the families"), () => app.go("families"), { class: "button button--quiet" }),
    ),
  ].filter(Boolean);
}

/* For the day on which this tablet cannot send. */
function emergencyFile() {
  return element(
    "details",
    { class: "more" },
    element("summary", {}, t("When this tablet cannot send")),
    element("p", {}, t("A file with everything that is not with the server yet, sealed so that only the server can read it.")),
    saveButton(() => []),
  );
}

function passphrase(app, has) {
  let old = "";
  const field = has && secretField(t("Your passphrase now"), (words) => (old = words), { name: "passphrase" });
  const fresh = newPassphrase();
  const notes = element("div", { class: "field__notes", role: "status" });
  const said = element("div", { class: "field" }, notes);
  const change = async () => {
    remark(said, []);
    const chosen = fresh.chosen();
    if (chosen === null) return;
    const { unlocked } = app;
    go.disabled = true;
    try {
      await users.changePassphrase(unlocked.user, old, chosen);
    } catch (error) {
      go.disabled = false;
      if (!(error instanceof NotOpened)) throw error;
      return remark(said, [{ stops: true, message: t("This is not the passphrase.") }]);
    }
    unlocked.kind = "passphrase";
    if (app.unlocked !== unlocked) return; // it was locked meanwhile
    if (!has) return app.show();
    details.replaceChildren(summary, element("p", { role: "status" }, t("The passphrase is changed.")));
  };
  const words = has ? t("Change the passphrase") : t("Protect it with a passphrase");
  const go = button(words, change, { "data-act": "change-passphrase" });
  const summary = element("summary", {}, words);
  const why = has ? null : element("p", {}, t("Then this tablet opens with your passphrase only, also without a network."));
  const details = element("details", { class: "more" }, summary, why, field, fresh.made, said, go);
  return details;
}

/* To take somebody off this tablet, which her unsent entries forbid; `words` say whom. */
export function removal(user, words, gone) {
  const said = element("p", { role: "status" });
  const remove = async () => {
    const unsent = await users.remove(user);
    if (unsent === 0) return gone();
    said.textContent = t(
      "{n} entries are not sent yet. Wait until they are, or save the emergency file first.",
      { n: unsent },
    );
  };
  return element(
    "details",
    { class: "more" },
    element("summary", {}, words),
    element("p", {}, t("The list of families and what was begun are removed. What was sent stays on the server.")),
    said,
    button(words, remove, { class: "button button--quiet", "data-act": "remove" }),
  );
}

/* What the visitor should know about this tablet today; nothing where all is well. */
export function notes(app) {
  const aside = app.begun.reduce((sum, row) => sum + row.aside.length, 0);
  const minutes = Math.round(Math.abs(app.outbox.drift ?? 0) / 60_000);
  const lost = app.loss && (app.loss.unsent > 0
    ? t("This browser has lost what it kept: {n} entries had not been sent. Please tell your supervisor.", {
      n: app.loss.entries,
    })
    : t("This browser has lost what it kept. As far as is known, all of it had been sent."));
  const skew = Math.abs(app.outbox.drift ?? 0) >= SKEW_MS &&
    t("The clock of this tablet is {n} minutes wrong. Please set it; you can go on meanwhile.", { n: minutes });
  const expired = app.pulled?.expired &&
    t("The list of families is older than two weeks. It comes again as soon as there is a network.");
  return [
    [lost, skew, expired].filter(Boolean).map((words) => element("p", { class: "message" }, words)),
    aside > 0 && element(
      "p",
      { class: "message" },
      t("The server put something of yours aside."),
      " ",
      button(t("See what and why"), () => app.go("put_aside"), { class: "button button--quiet", "data-act": "put-aside" }),
    ),
  ];
}

/* The way to this screen, and what the browser does not promise. */
export function foot(app) {
  return [
    element(
      "p",
      {},
      button(t("This tablet"), () => app.go("tablet"), { class: "button button--quiet", "data-act": "tablet" }),
    ),
    app.persisted === false && element(
      "p",
      { class: "quiet" },
      t("This browser may clear what it keeps when it runs out of room. Installed on the home screen it is safer."),
    ),
  ];
}
