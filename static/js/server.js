/* What only the server can say or take.

   Each call resolves with its JSON or throws `Unreachable`, whose `signedOut` tells the two reasons apart. `tokens` are
   {device, user}: the tablet's own and, beside it, that of a person who has her vault open; without them it is whoever
   is signed in with this browser that asks. */

const CALL_MS = 20_000;
const BYTES_A_SECOND = 20_000;

export class Unreachable extends Error {
  constructor(message, status = 0, words = "", after = undefined) {
    super(message);
    this.status = status;
    this.signedOut = status === 401;
    this.words = words;
    this.after = after; // ms that the server asks us to wait
  }
}

export const hello = (tokens) => call("/api/v1/hello", { tokens });
export const pull = (tokens) => call("/api/v1/sync/pull", { tokens });
export const manifest = (tokens, logs) => call("/api/v1/sync/manifest", { tokens, body: { logs } });
export const events = (tokens, batch) => call("/api/v1/sync/events", { tokens, body: batch });
export const report = (tokens, state) => call("/api/v1/device/report", { tokens, body: state });

/* Make a tablet of this browser: by the code that a supervisor shows, or without one as whoever is signed in. */
export const enrol = (name, code = undefined) => call("/api/v1/enrol", { body: { name, code } });

/* Let whoever is signed in pull with this tablet, also later. */
export const admit = (tokens) => call("/api/v1/device/user", { tokens, body: {} });

/* Have a vault opened whose passphrase was forgotten. */
export const recover = (tokens, code, vault) => call("/api/v1/device/recover", { tokens, body: { code, vault } });

/* Sign in anew without leaving the page: resolves with "" when it worked, else with the server's sentence why not. */
export async function signIn(name, password) {
  const token = (await formOf(await reached("/sign-in"))).querySelector("[name=csrf_token]")?.value;
  if (!token) throw new Unreachable("this is not our server");
  const body = new URLSearchParams({ csrf_token: token, sign_in: name, password });
  const reply = await reached("/sign-in", { method: "POST", body, redirect: "manual" });
  if (reply.type === "opaqueredirect") return "";
  const said = (await formOf(reply)).querySelector(".field__error")?.textContent.trim();
  if (!said) throw new Unreachable(`the server answered ${reply.status}`, reply.status);
  return said;
}

/* Sign out of the server's pages; what this tablet keeps stays. */
export async function signOut() {
  const token = (await formOf(await reached("/me"))).querySelector("form[action$='/sign-out'] [name=csrf_token]")?.value;
  if (!token) return; // nobody was signed in
  await reached("/sign-out", { method: "POST", body: new URLSearchParams({ csrf_token: token }), redirect: "manual" });
}

async function formOf(reply) {
  return new DOMParser().parseFromString(await reply.text(), "text/html");
}

function reached(path, { ms = CALL_MS, ...options } = {}) {
  return fetch(path, { ...options, signal: AbortSignal.timeout(ms) }).catch((error) => {
    throw new Unreachable(String(error));
  });
}

async function call(path, { tokens = {}, body = undefined } = {}) {
  const text = body && JSON.stringify(body);
  const headers = {
    "X-Recorder": "1",
    ...(body && { "Content-Type": "application/json" }),
    ...(tokens.device && { Authorization: `Bearer ${tokens.device}` }),
    ...(tokens.user && { "X-Recorder-User": tokens.user }),
  };
  const ms = CALL_MS + ((text?.length ?? 0) / BYTES_A_SECOND) * 1000;
  const reply = await reached(path, { method: body ? "POST" : "GET", headers, body: text, ms });
  if (reply.headers.get("X-Recorder") !== "1") throw new Unreachable("this is not our server");
  const answer = await reply.json().catch(() => ({}));
  if (reply.ok) return answer;
  const after = Number(reply.headers.get("Retry-After")) * 1000 || undefined;
  throw new Unreachable(`the server answered ${reply.status}`, reply.status, answer.error?.message, after);
}
