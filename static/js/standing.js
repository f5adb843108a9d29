/* How does this tablet stand with the server? Asked once an hour, when nothing is left to be sent.

   What the server has backed up may leave the tablet then (`tidy.js`), a newer version is looked for, and the oldest
   version that the server still understands is noted. */

import * as device from "./device.js";
import * as server from "./server.js";
import { tidy } from "./tidy.js";
import * as users from "./users.js";
import { ask, inControl, look } from "./version.js";

const HOUR_MS = 3_600_000;

export function watchStanding(app) {
  let due = 0;
  app.outbox.listeners.add(({ phase, unsent }) => {
    if (phase !== "idle" || unsent > 0 || performance.now() < due) return;
    due = performance.now() + HOUR_MS;
    settle(app).catch((error) => app.outbox.note(String(error)));
  });
}

async function settle(app) {
  look();
  const known = await ask(inControl(), "version");
  app.outbox.version = known?.choice?.release;
  const { token } = (await users.tablet()) ?? {};
  const hello = token && (await server.hello({ device: token }).catch(() => null));
  if (!hello) return;
  app.leastVersion = hello.least_version;
  await tidy(device, hello);
  app.outbox.show(app.outbox.state); // whoever shows how things stand looks again
}
