/* One tab writes one log: the right to write it, until it is let go. */

const WAIT_MS = 2000;

/* Hold a log for this tab; resolves with what lets it go, or with null when another tab has it. */
export function held(id) {
  return new Promise((resolve) => {
    const kept = () => new Promise((over) => resolve(over));
    navigator.locks.request(`log ${id}`, { signal: AbortSignal.timeout(WAIT_MS) }, kept).catch(() => resolve(null));
  });
}
