/* Signing out of the server's pages locks what this browser keeps, too; nothing of it is wiped. */

import * as device from "./device.js";

const PATIENCE_MS = 1000; // storage that hangs keeps nobody signed in

for (const form of document.querySelectorAll("form[action$='/sign-out']")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
    await Promise.race([device.keepFact("locked", true), late]).catch(() => undefined);
    new BroadcastChannel("users").postMessage("locked");
    form.submit();
  });
}
