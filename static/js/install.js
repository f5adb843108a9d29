/* A tablet is set up: the code that a supervisor shows, a name, then all that it needs to start without a network.

   The code stands behind the # of the address, which is sent to nobody; it is taken out of the address at once. */

import { speakIn } from "./catalogues.js";
import * as device from "./device.js";
import { button, element } from "./element.js";
import { remark, textField } from "./field.js";
import { refusal, roundTrip, selfCheck } from "./self_check.js";
import { Unreachable } from "./server.js";
import { enrol, tablet } from "./users.js";
import { install, started } from "./version.js";
import { t } from "./words.js";

/* The language of the page: the first one of the browser's that is spoken here, else English. */
export function spoken(wanted, known) {
  const bases = wanted.map((one) => one.toLowerCase().split("-")[0]);
  return bases.find((one) => known.includes(one)) ?? "en";
}

class Setup {
  constructor(root, language, code) {
    Object.assign(this, { root, language, code });
  }

  async show() {
    try {
      await roundTrip();
    } catch (error) {
      return this.put(heading(t("This browser cannot be used")), warning(refusal(error)));
    }
    const enrolled = await tablet();
    if (!enrolled?.token || (this.code && enrolled.by === "session")) return this.ask();
    return this.finish(enrolled);
  }

  put(...content) {
    this.root.replaceChildren(element("section", { class: "sheet install" }, content));
    this.root.querySelector("h1").focus({ preventScroll: true });
  }

  /* Ask for what is not known yet: the code, if the address had none, and a name for this tablet. */
  ask() {
    const fields = {
      code: textField(t("Code"), this.code, (code) => (this.code = code), {
        hint: t("Your supervisor shows it: it is good for ten minutes and for one tablet."),
        single: true,
        name: "code",
      }),
      name: textField(t("Name of this tablet"), "", (name) => (this.name = name), {
        hint: t("What stands on its back, such as “Tablet 3”."),
        single: true,
        name: "name",
      }),
    };
    if (this.code) fields.code.hidden = true;
    const wrong = element("p", { class: "field__error", role: "alert" });
    const go = button(t("Set up this tablet"), () => this.enrol(fields, wrong, go), {
      class: "button button--large",
      "data-act": "enrol",
    });
    this.put(
      heading(t("Set up this tablet")),
      element("p", {}, t("It will start without a network, and what is recorded is sent as soon as there is one.")),
      fields.code,
      fields.name,
      element("div", { class: "actions" }, go),
      wrong,
    );
  }

  async enrol(fields, wrong, go) {
    const name = (this.name ?? "").trim();
    const code = (this.code ?? "").trim();
    remark(fields.code, code ? [] : [{ stops: true, message: t("Please type the code.") }]);
    remark(fields.name, name ? [] : [{ stops: true, message: t("Please give this tablet a name.") }]);
    wrong.textContent = "";
    if (!name || !code) return;
    go.disabled = true;
    try {
      this.finish(await enrol(code, name));
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      fields.code.hidden = false;
      wrong.textContent = error.words || t("The server cannot be reached now. Nothing is lost; try again.");
      go.disabled = false;
    }
  }

  /* It is enrolled: bring the files, and say what was found. */
  async finish(enrolled) {
    const check = element("div", {});
    this.put(
      heading(t("This tablet is “{name}”", { name: enrolled.name })),
      check,
      element("h2", {}, t("Put it on the home screen")),
      homeScreen(),
      element(
        "div",
        { class: "actions" },
        element("a", { class: "button button--large", href: `/record/${this.language}` }, t("Open the recorder")),
      ),
      element(
        "p",
        { class: "quiet" },
        t("Each visitor then signs in once, here, and chooses a passphrase for this tablet."),
      ),
    );
    check.replaceChildren(element("p", { role: "status" }, t("The files are being brought ...")));
    await device.persist();
    const failed = await install().then(() => null, (error) => error);
    await started();
    const words = failed && t("The recorder could not be brought here: {error}.", { error: failed.message });
    check.replaceChildren(...[failed && warning(words), selfCheck()].filter(Boolean));
  }
}

const heading = (words) => element("h1", { tabindex: "-1" }, words);
const warning = (words) => element("p", { class: "message message--wrong", role: "alert" }, words);

let offer = null; // the browser's own offer to install, where it makes one

function homeScreen() {
  const act = async () => {
    await offer.prompt();
    place.replaceChildren(...words());
  };
  const words = () => [
    element(
      "p",
      {},
      t("iPad: the Share button, then “Add to Home Screen”. Android: the menu with three dots, then “Install app”."),
    ),
    element("p", { class: "quiet" }, t("From then on open it there: it keeps its own data, apart from the browser's.")),
  ];
  const ask = offer && button(t("Put it on the home screen"), act, { class: "button button--quiet" });
  const place = element("div", { class: "home-screen" }, ask, words());
  return place;
}

async function main() {
  const root = document.querySelector("#content");
  const language = spoken(navigator.languages ?? [navigator.language], root.dataset.languages.split(" "));
  document.documentElement.lang = language;
  document.querySelector("link[rel=manifest]").href = `/manifest.webmanifest?language=${language}`;
  const code = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, "", location.pathname);
  await speakIn(language);
  document.title = t("Set up this tablet");
  await new Setup(root, language, code).show();
}

addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  offer = event;
});

main();
