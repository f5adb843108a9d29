/* Which version of the recorder runs on this tablet, and may a newer one take its place?

   The worker (`worker.js`) keeps the files; pages ask it here. A newer version is fetched in the background and handed
   out only when somebody presses "Update" where nothing is open: no log is held by any window of this browser. */

const ANSWER_MS = 20_000;
const CONTROL_MS = 5000;

/* Where there is no service worker (an old browser, an address without HTTPS) nothing starts without a network. */
const container = globalThis.navigator?.serviceWorker ?? null;

/* Have the worker installed; resolves with its registration, null where that is not possible. Throws what made it
   fail. */
export async function install() {
  if (!container) return null;
  const registration = await container.register("/worker.js", { scope: "/", updateViaCache: "none" });
  await container.ready;
  await Promise.race([controlled(), new Promise((resolve) => setTimeout(resolve, CONTROL_MS))]);
  return registration;
}

/* A worker that is ready is not in control yet; a page that was reloaded past it stays without. */
const controlled = () => container.controller ?? once(container, "controllerchange");

/* Look for a newer version, quietly: without a network there is none today. */
export async function look() {
  const registration = await container?.getRegistration("/");
  await registration?.update().catch(() => undefined);
}

/* What a worker answers to {ask}; null when there is none, or none that speaks. */
export function ask(worker, question) {
  if (!worker) return Promise.resolve(null);
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    const late = setTimeout(() => resolve(null), ANSWER_MS);
    port1.onmessage = ({ data }) => {
      clearTimeout(late);
      port1.close();
      resolve(data);
    };
    worker.postMessage({ ask: question }, [port2]);
  });
}

/* The worker in control of this page, or null. */
export const inControl = () => container?.controller ?? null;

/* This page has begun to work with the files that it was given. */
export const started = () => ask(inControl(), "started");

/* The worker whose version could take over, or null: one that waits, or the one in control when it hands out
   another. */
export async function newer() {
  const registration = await container?.getRegistration("/");
  if (registration?.waiting) return registration.waiting;
  const known = await ask(inControl(), "version");
  return known?.choice && known.choice.version !== known.version ? inControl() : null;
}

/* Whether a log is open in any window of this browser, or one is just sending. */
export async function isBusy() {
  const { held = [], pending = [] } = (await navigator.locks?.query()) ?? {};
  return [...held, ...pending].some(({ name }) => name === "sync" || name.startsWith("log "));
}

/* Let a worker hand out its version, and open this page anew with it; resolves with false when it could not. */
export async function takeOver(worker) {
  const changed = worker === inControl() ? null : once(container, "controllerchange");
  const answer = await ask(worker, "take_over");
  if (!answer || answer.error) return false;
  await changed;
  location.reload();
  return true;
}

/* Whether one version ("0.2.0") is older than another. */
export function isOlder(version, other) {
  const parts = (text) => text.split(".").map((part) => Number.parseInt(part, 10) || 0);
  const [own, least] = [parts(version), parts(other)];
  const place = least.findIndex((part, index) => part !== (own[index] ?? 0));
  return place !== -1 && (own[place] ?? 0) < least[place];
}

const once = (target, event) => new Promise((resolve) => target.addEventListener(event, resolve, { once: true }));
