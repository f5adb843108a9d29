/* What only the server can say: the caseload, and who is signed in.

   Each call resolves with its JSON or throws `Unreachable`, whose `signedOut` tells the two reasons apart. */

export class Unreachable extends Error {
  constructor(message, status = 0, words = "") {
    super(message);
    this.status = status;
    this.signedOut = status === 401;
    this.words = words;
  }
}

export const pull = () => call("/api/v1/sync/pull");

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

async function formOf(reply) {
  return new DOMParser().parseFromString(await reply.text(), "text/html");
}

function reached(path, options = {}) {
  return fetch(path, { ...options, signal: AbortSignal.timeout(20_000) }).catch((error) => {
    throw new Unreachable(String(error));
  });
}

async function call(path, body = undefined) {
  const headers = { "X-Recorder": "1", ...(body && { "Content-Type": "application/json" }) };
  const reply = await reached(path, { method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body) });
  if (reply.headers.get("X-Recorder") !== "1") throw new Unreachable("this is not our server");
  const answer = await reply.json().catch(() => ({}));
  if (!reply.ok) throw new Unreachable(`the server answered ${reply.status}`, reply.status, answer.error?.message);
  return answer;
}
