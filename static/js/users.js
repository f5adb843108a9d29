/* Whose tablet is this, and who has a vault on it?

   A browser becomes a tablet in one of two ways. Somebody signs in with it: it is hers, and her vault opens without a
   passphrase until she gives it one. Or a supervisor shows a code: then it is shared, and everybody who uses it chooses a
   passphrase. `device` is the fact {id, name, token, server_key, programme, by: "session" or "code", revoked}; a vault
   is the fact `vault:<user>` {user, id, name, kind: "session" or "passphrase", wrapped, for_server, server (the mark of
   its key), then salt and rounds, or session}. Signing out locks and wipes nothing. */

import * as device from "./device.js";
import { isTaken } from "./outbox.js";
import * as server from "./server.js";
import { Unlocked } from "./unlocked.js";
import { uuid7 } from "./uuid7.js";
import * as vault from "./vault.js";

const channel = globalThis.BroadcastChannel && new BroadcastChannel("users");
const PATIENCE_MS = 2500; // the server's word on who is signed in is not waited for any longer

/* This tablet belongs to a programme that does not know her. */
export class OtherProgramme extends Error {}

/* Hear of another window in which this tablet was locked. */
export function onLock(act) {
  if (channel) channel.onmessage = act;
}

/* What this tablet is to the server, or undefined. */
export const tablet = () => device.fact("device");

/* Make a tablet of this browser with the code that a supervisor shows. Throws `Unreachable`; its `words` say why. */
export const enrol = async (code, name) => keepEnrolment(await server.enrol(name, code), "code");

/* Make it the tablet of whoever is signed in. */
export const enrolHere = async () => keepEnrolment(await server.enrol(browserName()), "session");

async function keepEnrolment({ device: made, token, server_key: serverKey, programme }, by) {
  const enrolled = { id: made.id, name: made.name, token, server_key: serverKey, programme, by, revoked: false };
  await device.keepFact("device", enrolled);
  return enrolled;
}

/* The vaults on this tablet, in the order of their names. */
export async function vaults() {
  const found = (await device.facts("vault:")).map(([, kept]) => kept);
  return found.toSorted((one, other) => one.name.localeCompare(other.name));
}

export const vaultOf = (user) => device.fact(`vault:${user}`);

/* Who may be let in without a question as the page starts: {unlocked, pulled, signedOut}; `unlocked` is null where
   somebody has to say who she is first. */
export async function arrive() {
  const enrolled = await tablet();
  if (enrolled?.revoked || enrolled?.by === "code") return { unlocked: null, pulled: null, signedOut: false };
  if (await device.fact("sign_out_due")) await signOut();
  const { pulled, signedOut } = await soonEnough(sessionPull());
  if (!pulled) return { ...(await whoWasHere(enrolled)), signedOut };
  return navigator.locks.request("arrive", () => letIn(pulled)); // two windows make one tablet and one vault
}

/* Whoever is signed in has a vault here, made now if there was none. */
async function letIn(pulled) {
  let enrolled = await tablet();
  try {
    enrolled = enrolled?.token ? enrolled : await enrolHere();
  } catch (error) {
    ignoreDistance(error);
    if (!enrolled) return { unlocked: null, pulled: null, signedOut: false };
  }
  const kept = (await vaultOf(pulled.account.id)) ?? (await makeSessionVault(enrolled, pulled.account));
  if (kept.kind !== "session") return { unlocked: null, pulled: null, signedOut: false };
  const unlocked = await opened(kept, await bySession(kept));
  await unlocked.keepFact("pulled", pulled);
  if (enrolled.token && !(await unlocked.fact("token"))) await admit(unlocked).catch(ignoreDistance);
  return { unlocked, pulled, signedOut: false };
}

/* What could not be reached now is asked for again with the next pull. */
function ignoreDistance(error) {
  if (!(error instanceof server.Unreachable)) throw error;
}

const bySession = (kept) => vault.open(kept.session, vault.places.vault(kept.user), kept.wrapped);

/* What the server says if it answers at once, else as without a network. */
function soonEnough(answer) {
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, { pulled: null, signedOut: false }));
  return Promise.race([answer, late]);
}

async function sessionPull() {
  try {
    return { pulled: await server.pull(), signedOut: false };
  } catch (error) {
    if (!(error instanceof server.Unreachable)) throw error;
    return { pulled: null, signedOut: error.signedOut };
  }
}

/* Without a network or a sign-in it is the person who was here last, unless she signed out. */
async function whoWasHere(enrolled) {
  const kept = enrolled && !(await device.fact("locked")) && (await vaultOf(await device.fact("last_user")));
  if (kept?.kind !== "session") return { unlocked: null, pulled: null };
  const unlocked = await opened(kept, await bySession(kept));
  return { unlocked, pulled: current(await unlocked.fact("pulled")) };
}

/* Open a vault with its passphrase; throws `vault.NotOpened` when it is not this one. */
export async function unlock(user, passphrase) {
  const kept = await vaultOf(user);
  return opened(kept, await vault.unlock(kept, user, passphrase));
}

async function opened(kept, raw) {
  const { server_key: serverKey } = await tablet();
  const unlocked = new Unlocked(kept, await vault.usable(raw), serverKey);
  if (kept.server !== (await vault.mark(serverKey))) {
    await keepVault(kept, await wrappedForServer(kept.user, raw, serverKey));
  }
  await unlocked.settle();
  await device.keepFacts([["last_user", kept.user], ["locked", undefined]]);
  return unlocked;
}

/* Fetch her caseload and keep it: by the tokens of the tablet and hers, else as whoever is signed in, if that is she.
   Throws `Unreachable`. */
export async function pull(unlocked) {
  const { token, by } = (await tablet()) ?? {};
  const user = await unlocked.fact("token");
  let pulled;
  try {
    if (!token || !user) throw new server.Unreachable("no token", 401);
    pulled = await server.pull({ device: token, user });
  } catch (error) {
    if (!error.signedOut) throw error;
    pulled = await server.pull();
    if (pulled.account.id !== unlocked.user) throw new server.Unreachable("somebody else is signed in", 401);
    if (token) await admit(unlocked);
    if (by === "code") await signOut(); // she signed in for this alone
  }
  await unlocked.keepFact("pulled", pulled);
  return pulled;
}

/* The caseload that is kept, while it may be used: what runs out are the families, not the instruments. */
export function current(pulled, now = Date.now()) {
  if (!pulled?.expires || now < Date.parse(pulled.expires)) return pulled ?? null;
  return { ...pulled, families: [], grants: [], expired: true };
}

/* Whoever is signed in may pull with this tablet from now on. */
async function admit(unlocked) {
  const { token } = await tablet();
  const { user, user_token: userToken } = await server.admit({ device: token }).catch((error) => {
    throw error.status === 404 ? new OtherProgramme("another programme's tablet", { cause: error }) : error;
  });
  if (user.id === unlocked.user) await unlocked.keepFact("token", userToken);
}

/* Sign somebody in and give her a vault with a passphrase on this tablet; one that opened without gets it too. Resolves
   with {unlocked}, or with `refused`, the server's sentence, or with `known` where she has a passphrase already. */
export async function add(name, password, passphrase) {
  const refused = await server.signIn(name, password);
  if (refused) return { refused };
  const pulled = await server.pull();
  const { account } = pulled;
  const kept = await vaultOf(account.id);
  if (kept?.kind === "passphrase") {
    await signOut();
    return { known: true };
  }
  const raw = kept ? await bySession(kept) : vault.newKey();
  const { server_key: serverKey } = await tablet();
  const { session, ...named } = kept ?? { user: account.id, id: uuid7(Date.now()), name: account.name };
  const made = await keepVault({ ...named, kind: "passphrase" }, {
    ...(await vault.lock(raw, account.id, passphrase)),
    ...(await wrappedForServer(account.id, raw, serverKey)),
  });
  const unlocked = await opened(made, raw);
  await admit(unlocked);
  await unlocked.keepFact("pulled", pulled);
  await signOut(); // the next person at this tablet finds nobody's pages open
  return { unlocked };
}

/* Sign out of the server's pages; without a network as soon as there is one. */
export async function signOut() {
  await device.keepFact("sign_out_due", true);
  await server.signOut().then(
    () => device.keepFact("sign_out_due", undefined),
    () => undefined,
  );
}

/* Give a vault another passphrase, or its first one; throws `vault.NotOpened` when the old one is wrong. */
export async function changePassphrase(user, old, passphrase) {
  const kept = await vaultOf(user);
  const raw = kept.kind === "session" ? await bySession(kept) : await vault.unlock(kept, user, old);
  const { session, ...named } = kept;
  await keepVault({ ...named, kind: "passphrase" }, await vault.lock(raw, user, passphrase));
}

/* With the code that a supervisor made: have a vault opened and give it a new passphrase. Throws `Unreachable`. */
export async function recover(user, code, passphrase) {
  const kept = await vaultOf(user);
  const { token } = await tablet();
  const { key } = await server.recover({ device: token }, code, kept.for_server);
  const raw = vault.bytesOf(key);
  const { session, ...named } = kept;
  return opened(await keepVault({ ...named, kind: "passphrase" }, await vault.lock(raw, user, passphrase)), raw);
}

/* How many of her entries are neither with the server nor in the emergency file that was saved last (the fact
   `saved_file`: a count for each log). */
export async function unsentOf(user) {
  const saved = (await device.fact("saved_file")) ?? {};
  const rows = (await device.logs()).filter((row) => row.user === user && !isTaken(row));
  const open = rows.filter((row) => !(saved[row.id] >= row.count));
  return open.reduce((sum, row) => sum + row.count - row.acknowledged.upto, 0);
}

/* Take her off this tablet: her vault, drafts and caseload. Refused (with how many) while something of hers is unsent. */
export async function remove(user) {
  const unsent = await unsentOf(user);
  if (unsent > 0) return unsent;
  const own = (await device.facts(`u:${user}:`)).map(([name]) => [name, undefined]);
  const last = (await device.fact("last_user")) === user ? [["last_user", undefined]] : [];
  await device.keepFacts([...own, ...last, [`vault:${user}`, undefined]]);
  channel?.postMessage("locked");
  return 0;
}

/* Nobody is let in without a question any more, in no window. */
export async function lock() {
  await device.keepFact("locked", true);
  channel?.postMessage("locked");
}

/* The server took this tablet out of service: nobody's caseload stays; what was recorded is still sent. Resolves with
   whether that is news. */
export async function revoke() {
  const enrolled = await tablet();
  if (!enrolled || enrolled.revoked) return false;
  const names = (await device.facts("u:")).map(([name]) => name);
  const dropped = names.filter((name) => /^u:[^:]+:(pulled|token)$/.test(name));
  await device.keepFacts([...dropped.map((name) => [name, undefined]), ["device", { ...enrolled, revoked: true }]]);
  channel?.postMessage("locked");
  return true;
}

async function makeSessionVault(enrolled, account) {
  const raw = vault.newKey();
  const session = await vault.sessionKey();
  const wrapped = await vault.seal(session, vault.places.vault(account.id), raw);
  const named = { user: account.id, id: uuid7(Date.now()), name: account.name, kind: "session" };
  return keepVault(named, { session, wrapped, ...(await wrappedForServer(account.id, raw, enrolled.server_key)) });
}

async function wrappedForServer(user, raw, serverKey) {
  return { for_server: await vault.forServer(serverKey, raw, user), server: await vault.mark(serverKey) };
}

async function keepVault(kept, more) {
  await device.keepFact(`vault:${kept.user}`, { ...kept, ...more });
  return { ...kept, ...more };
}

/* A browser that somebody signs in with has no name of its own: what it says it is has to do. */
function browserName() {
  const { platform } = navigator.userAgentData ?? navigator;
  return ["Browser", platform].filter(Boolean).join(" · ").slice(0, 80);
}
