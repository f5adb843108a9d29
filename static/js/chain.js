/* Do two sides hold the same events? A log's head is SHA-256 over the head before it (64 hex digits in ASCII) and
   the exact string that was added; equal heads, equal logs. */

export const ZERO_HEAD = "0".repeat(64);

export async function extend(head, strings) {
  for (const string of strings) {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(head + string));
    head = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }
  return head;
}
