/* May this tablet go where there is no network? "Ready for offline" is said only of what was tried just now.

   The worker in control compares every file with its SHA-256; a random value is written to storage, strictly, and read
   back; the browser says how much room there is and whether it promised to clear nothing. */

import * as device from "./device.js";
import { button, element } from "./element.js";
import { uuid7 } from "./uuid7.js";
import { ask, inControl, install } from "./version.js";
import { t } from "./words.js";

const LITTLE_BYTES = 100_000_000;

/* Write, and read back what was written; throws where storage fails. */
export async function roundTrip(storage = device) {
  const value = uuid7(Date.now());
  const name = `self_check:${value}`; // another window may try at the same time
  await storage.keepFact(name, value);
  if ((await storage.fact(name)) !== value) throw new Error("what was written did not come back");
  await storage.keepFact(name, undefined);
}

/* Why nothing can be recorded here, in a sentence for the visitor. */
export function refusal(error) {
  const known = {
    ReferenceError: t("This browser has no storage that it would keep."),
    SecurityError: t("This browser forbids storage, as private windows and Lockdown Mode do."),
    InvalidStateError: t("This browser forbids storage, as private windows and Lockdown Mode do."),
    QuotaExceededError: t("This tablet is full. Delete what is not needed, then open this page again."),
  };
  return known[error?.name] ?? t("Its storage failed: {error}.", { error: String(error?.message ?? error) });
}

/* What was found, as lines {name, ok, words}, and whether the tablet is `ready`. Pure. `worker` is what the one in
   control answered (null without), `storage` an error or null, `space` {free (bytes, or null), persisted}. */
export function verdict({ worker, storage, space }) {
  const { free, persisted } = space;
  const missing = worker?.missing?.length ?? 0;
  const needed = [
    {
      name: "worker",
      ok: Boolean(worker?.missing),
      words: worker?.missing
        ? t("The recorder starts from this tablet.")
        : t("The recorder does not start from this tablet yet: open this page again while there is a network."),
    },
    {
      name: "files",
      ok: Boolean(worker?.missing) && missing === 0,
      words: missing === 0 && worker?.missing
        ? t("Every file is here and unchanged.")
        : t("Files are missing or were changed: {n}.", { n: worker?.missing ? missing : t("not known") }),
    },
    {
      name: "storage",
      ok: storage === null,
      words: storage === null ? t("What is written is kept.") : refusal(storage),
    },
  ];
  const wanted = [
    {
      name: "persisted",
      ok: persisted,
      words: persisted
        ? t("The browser promised to clear nothing.")
        : t("The browser did not promise to keep this when room gets short: put the recorder on the home screen."),
    },
    {
      name: "space",
      ok: free === null || free >= LITTLE_BYTES,
      words: free === null
        ? t("The browser does not say how much room is left.")
        : t("Room left: {n} GB.", { n: (free / 1_000_000_000).toFixed(1) }),
    },
  ];
  return { ready: needed.every((line) => line.ok), lines: [...needed, ...wanted] };
}

/* Try everything now. */
export async function check() {
  const worker = await ask(inControl(), "check");
  const storage = await roundTrip().then(() => null, (error) => error);
  return verdict({ worker, storage, space: await device.space() });
}

/* The list of what was found, which is found again at a press. */
export function selfCheck() {
  const title = element("p", { class: "check__title", role: "status", tabindex: "-1" });
  const list = element("ul", { class: "check__lines" });
  const again = button(t("Check again"), () => run(true), { class: "button button--quiet", "data-act": "check" });
  const made = element("section", { class: "check", "data-ready": "unknown" }, title, list, again);
  const show = ({ ready, lines }) => {
    made.dataset.ready = String(ready);
    title.textContent = ready ? t("Ready for offline") : t("Not ready for offline yet");
    list.replaceChildren(...lines.map(({ name, ok, words }) =>
      element("li", { class: "check__line", "data-check": name, "data-ok": String(ok) }, words),
    ));
  };
  const run = async (repair = false) => {
    made.dataset.ready = "unknown";
    title.textContent = t("Checking this tablet ...");
    if (repair) await bring();
    show(await check());
  };
  run();
  return made;
}

/* Have the worker installed if it is not, and bring what is missing, where there is a network. */
async function bring() {
  await install().catch(() => undefined);
  await device.persist();
  await ask(inControl(), "fill");
}
