/* Is this the PIN that the visitor set, and how long does somebody who guesses have to wait?

   The PIN itself is kept nowhere: what is kept is its PBKDF2 hash with a salt of its own. A short PIN on a copied disk
   can be found by trying them all; on the tablet itself the pauses make that slow. Times in ms. */

export const ROUNDS = 600_000;
export const FEWEST_DIGITS = 4;
export const MOST_DIGITS = 12;
const FREE_TRIES = 5;
const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 15 * 60_000;
const RUNS = "01234567890 09876543210";

/* Why digits cannot be a PIN: "short", "easy" (one digit again and again, or counting), or null when they can. */
export function fault(pin) {
  if (!/^\d+$/.test(pin) || pin.length < FEWEST_DIGITS || pin.length > MOST_DIGITS) return "short";
  return new Set(pin).size === 1 || RUNS.includes(pin) ? "easy" : null;
}

/* What is kept of a PIN. */
export async function sealed(pin, salt = crypto.getRandomValues(new Uint8Array(16)), rounds = ROUNDS) {
  return { salt: hex(salt), rounds, hash: await digest(pin, salt, rounds) };
}

/* Whether a PIN is the one of which this was kept. */
export async function opens(pin, { salt, rounds, hash }) {
  const bytes = Uint8Array.from(salt.match(/../g), (pair) => Number.parseInt(pair, 16));
  return (await digest(pin, bytes, rounds)) === hash;
}

/* How long to wait after this many wrong PINs in a row: nothing at first, then 30 s, 1, 2, 4 ... 15 minutes. */
export function pauseMs(wrong) {
  return wrong < FREE_TRIES ? 0 : Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (wrong - FREE_TRIES));
}

async function digest(pin, salt, iterations) {
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveBits"]);
  const bits = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations }, key, 256);
  return hex(new Uint8Array(bits));
}

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
