/* How far is this tablet's clock from the server's? The best of five round trips, with its error.

   Of a trip that took `d` ms the answer was written somewhere within it: the middle is at most d/2 off. The shortest
   trip knows best. */

const TRIPS = 5;
const SERVER_MS = 1; // the server's time comes in whole milliseconds

/* {offset, error} in whole ms, or null when no trip came back: `offset` is what is added to this tablet's time to have
   the server's. `hello` asks the server, `wall` and `tick` are this tablet's clocks in ms. */
export async function offset(hello, wall = () => Date.now(), tick = () => performance.now()) {
  let best = null;
  for (let trip = 0; trip < TRIPS; trip++) {
    const [from, start] = [wall(), tick()];
    const reply = await hello().catch(() => null);
    const took = tick() - start;
    if (!reply) return best && rounded(best);
    if (best === null || took < best.took) best = { took, offset: Date.parse(reply.server_time) - (from + took / 2) };
  }
  return rounded(best);
}

const rounded = (best) => ({ offset: Math.round(best.offset), error: Math.ceil(best.took / 2) + SERVER_MS });
