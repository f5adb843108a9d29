/* Which logs may leave this tablet? Only what the server proves that it holds, and has backed up.

   A log goes when it is signed, when the server's head equals its own, when a backup was made after that was first seen
   (by the server's clock, in the same life of its database), when it is fourteen days old, and when it is not among the
   twenty newest. Anything less certain stays. */

const DAY_MS = 86_400_000;
export const KEPT_DAYS = 14;
export const KEPT_LOGS = 20;

/* Whether the server holds a log to its last event. */
export const isHeld = ({ count, head, acknowledged }) =>
  count > 0 && acknowledged.upto === count && acknowledged.head === head;

/* The rows of the logs that may go. `hello` is what the server says of itself, `now` the time in ms, by its clock. A
   row's `proven` {at, epoch} is when its log was first seen to be held, as the server's clock had it. */
export function removable(rows, hello, now) {
  const newest = new Set([...rows].sort((one, other) => other.created - one.created).slice(0, KEPT_LOGS));
  const backedUp = Date.parse(hello.backed_up_at ?? "");
  return rows.filter(
    (row) =>
      !newest.has(row) &&
      row.closed &&
      isHeld(row) &&
      row.proven?.epoch === hello.epoch &&
      backedUp > Date.parse(row.proven.at) &&
      now - row.created > KEPT_DAYS * DAY_MS,
  );
}

/* What a row is to say of its proof now: the one it has, a first one, or none (null). */
export function proof(row, hello) {
  if (!isHeld(row)) return null;
  return row.proven?.epoch === hello.epoch ? row.proven : { at: hello.server_time, epoch: hello.epoch };
}

/* Note what is proven, and let go of what may go; `device` stores. Resolves with how many logs went. */
export async function tidy(device, hello, now = Date.parse(hello.server_time)) {
  for (const row of await device.logs()) {
    const proven = proof(row, hello);
    if (proven === (row.proven ?? null)) continue;
    await device.changeLog(row.id, (one) => ({ ...one, proven: proof(one, hello) }));
  }
  const going = removable(await device.logs(), hello, now);
  for (const row of going) {
    await device.removeLog(row.id);
    for (const [name] of await device.facts(`u:${row.user}:draft:${row.id}`)) await device.keepFact(name, undefined);
  }
  return going.length;
}
