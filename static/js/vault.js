/* How is what a tablet keeps locked away? Pure: WebCrypto only, nothing is stored here.

   A *vault* is a random key of 32 bytes, one a person and tablet. It rests wrapped: under her passphrase or, in a browser
   that was enrolled by signing in, under a session key that cannot be read out; and for the server, so that a supervisor
   can open it again. A *log key* seals the events of one log; it rests wrapped under the vault and for the server. What
   is sealed is 12 bytes of nonce, then AES-256-GCM's ciphertext and tag. Its `place` is authenticated with it: nothing
   that was sealed for one place opens at another. The server reads the same bytes (recorder/keys.py). */

export const ROUNDS = 600_000;
export const FEWEST_CHARACTERS = 10;
const NONCE = 12;
const AES = "AES-GCM";

/* It was sealed with another key or for another place, or was changed since. */
export class NotOpened extends Error {}

/* 32 random bytes: the raw key of a vault or of a log. */
export const newKey = () => crypto.getRandomValues(new Uint8Array(32));

/* A raw key for use: nothing reads it out of the browser again. */
export const usable = (raw) => crypto.subtle.importKey("raw", raw, AES, false, ["encrypt", "decrypt"]);

/* A session key: it wraps the vault of a browser that was enrolled by signing in, and rests in the browser's storage. */
export const sessionKey = () => crypto.subtle.generateKey({ name: AES, length: 256 }, false, ["encrypt", "decrypt"]);

/* Bytes, sealed for a place. */
export async function seal(key, place, bytes) {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE));
  const secret = await crypto.subtle.encrypt({ name: AES, iv: nonce, additionalData: utf8(place) }, key, bytes);
  const sealed = new Uint8Array(NONCE + secret.byteLength);
  sealed.set(nonce);
  sealed.set(new Uint8Array(secret), NONCE);
  return sealed;
}

/* The bytes of what was sealed for a place; throws `NotOpened`. */
export async function open(key, place, sealed) {
  const how = { name: AES, iv: sealed.subarray(0, NONCE), additionalData: utf8(place) };
  try {
    return new Uint8Array(await crypto.subtle.decrypt(how, key, sealed.subarray(NONCE)));
  } catch (error) {
    throw new NotOpened("the key or the place is another", { cause: error });
  }
}

export const sealText = (key, place, words) => seal(key, place, utf8(words));
export const openText = async (key, place, sealed) => new TextDecoder().decode(await open(key, place, sealed));
export const sealValue = (key, place, value) => sealText(key, place, JSON.stringify(value));
export const openValue = async (key, place, sealed) => JSON.parse(await openText(key, place, sealed));

/* Where things are sealed: the event of a log, what is private of a log, a log's key, a person's fact and vault. */
export const places = {
  event: (log, seq) => `${log}/${seq}`,
  log: (log) => `log/${log}`,
  key: (log) => `key/${log}`,
  fact: (user, name) => `fact/${user}/${name}`,
  vault: (user) => `vault/${user}`,
};

/* What is kept of a vault's raw key under a passphrase. */
export async function lock(raw, user, passphrase, rounds = ROUNDS) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const key = await stretched(passphrase, salt, rounds);
  return { salt, rounds, wrapped: await seal(key, places.vault(user), raw) };
}

/* A vault's raw key again; throws `NotOpened` when it is not this passphrase. */
export async function unlock({ salt, rounds, wrapped }, user, passphrase) {
  return open(await stretched(passphrase, salt, rounds), places.vault(user), wrapped);
}

/* Why words cannot be a passphrase: "short", "password" (the one that she signs in with), "easy" (few different
   characters), or null when they can. */
export function fault(passphrase, password = undefined) {
  const written = passphrase.normalize("NFKC");
  if ([...written].length < FEWEST_CHARACTERS) return "short";
  if (written === password?.normalize("NFKC")) return "password";
  return new Set(written.toLowerCase()).size < 5 ? "easy" : null;
}

/* A raw key, wrapped for the server (its public key is base64 SPKI), as base64; `label` is what it is bound to: a
   vault's owner. */
export async function forServer(serverKey, raw, label = "") {
  const rsa = { name: "RSA-OAEP", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("spki", bytesOf(serverKey), rsa, false, ["encrypt"]);
  const how = { name: "RSA-OAEP", ...(label && { label: utf8(label) }) };
  return base64(new Uint8Array(await crypto.subtle.encrypt(how, key, raw)));
}

/* Bytes as base64, and back. */
export function base64(bytes) {
  let characters = "";
  for (let from = 0; from < bytes.length; from += 8192) {
    characters += String.fromCharCode(...bytes.subarray(from, from + 8192));
  }
  return btoa(characters);
}

export const bytesOf = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

/* Sixteen hex digits that say whether two texts are the same, and nothing else of them. */
export async function mark(text) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(text)));
  return Array.from(digest.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const utf8 = (words) => new TextEncoder().encode(words);

async function stretched(passphrase, salt, iterations) {
  const words = await crypto.subtle.importKey("raw", utf8(passphrase.normalize("NFKC")), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
  return crypto.subtle.deriveKey(how, words, { name: AES, length: 256 }, false, ["encrypt", "decrypt"]);
}
