/* A video on this device: it is played from where it lies and never leaves it. Only its name, its length and a hash are
   kept, so that the same video is known again.

   The hash is SHA-256 over the first and the last megabyte and the size: a video of hours need not be read whole. */

import { minutes } from "./clock.js";
import { element } from "./element.js";
import { remark } from "./field.js";
import { t } from "./words.js";

const PART = 1024 * 1024;

/* What is known of a file: {name, length_ms, hash}. Throws an Error whose message is one sentence. */
export async function described(file) {
  const [length_ms, hash] = await Promise.all([lengthOf(file), fingerprint(file)]);
  return { name: file.name.slice(0, 200), length_ms, hash };
}

async function fingerprint(file) {
  const parts = [file.slice(0, PART), file.slice(Math.max(PART, file.size - PART)), String(file.size)];
  const digest = await crypto.subtle.digest("SHA-256", await new Blob(parts).arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function lengthOf(file) {
  const url = URL.createObjectURL(file);
  const video = element("video", { preload: "metadata" });
  const known = new Promise((resolve, reject) => {
    video.addEventListener("error", () => reject(new Error(t("This browser cannot play this file."))));
    video.addEventListener("loadedmetadata", () => {
      const ms = Math.round(video.duration * 1000);
      if (Number.isFinite(ms) && ms > 0) resolve(ms);
      else reject(new Error(t("This file does not say how long it is, so it cannot be coded.")));
    });
  });
  video.src = url;
  return known.finally(() => URL.revokeObjectURL(url));
}

/* The question for a video; `act` hears of the file and of what is known of it, or of nulls. `same` is the video that it
   must be, where one was begun with. */
export function videoField(question, act, same = null) {
  const told = element("p", { class: "quiet", role: "status" });
  const made = element(
    "div",
    { class: "field video-file" },
    element(
      "label",
      {},
      element("span", {}, question),
      element("input", {
        type: "file",
        accept: "video/*",
        "data-act": "video-file",
        on: { change: (event) => take(event.target.files[0] ?? null) },
      }),
    ),
    element("span", { class: "field__hint" }, t("It stays on this device: nothing of it is sent.")),
    told,
    element("div", { class: "field__notes" }),
  );
  async function take(file) {
    told.textContent = "";
    remark(made, []);
    act(null, null);
    if (!file) return;
    try {
      const video = await described(file);
      if (same && video.hash !== same.hash) throw new Error(t("This is another file. Choose {name}.", { name: same.name }));
      told.textContent = t("{name}, {time} long", { name: video.name, time: minutes(video.length_ms) });
      act(file, video);
    } catch (error) {
      remark(made, [{ stops: true, message: error.message }]);
    }
  }
  return made;
}
