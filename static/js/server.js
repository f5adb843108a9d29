/* What only the server can say today: the caseload, the proposed page, and whether its words may hurt.

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

export const proposal = (log, language, child) =>
  call(`/api/v1/proposals/${log}?${new URLSearchParams({ language, child })}`);

export const check = (language, texts) => call("/api/v1/sheet-check", { language, texts });

async function call(path, body = undefined) {
  const headers = { "X-Recorder": "1", ...(body && { "Content-Type": "application/json" }) };
  const reply = await fetch(path, {
    method: body ? "POST" : "GET",
    headers,
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(20_000),
  }).catch((error) => {
    throw new Unreachable(String(error));
  });
  if (reply.headers.get("X-Recorder") !== "1") throw new Unreachable("this is not our server");
  const answer = await reply.json().catch(() => ({}));
  if (!reply.ok) throw new Unreachable(`the server answered ${reply.status}`, reply.status, answer.error?.message);
  return answer;
}
