/* Where two who coded one video differ, each moment is played from the file on this device: two seconds before until two
   seconds after. The file is not sent; another one is told by its hash. Without JavaScript the list is a list. */

import { described } from "./video_file.js";

const AROUND_MS = 2000;

for (const place of document.querySelectorAll("[data-video-hash]")) {
  const [input, screen, wrong] = ["input", "video", "[data-wrong]"].map((which) => place.querySelector(which));
  const buttons = document.querySelectorAll("[data-play-ms]");
  let until = Infinity;
  place.hidden = false;
  input.addEventListener("change", async () => {
    const file = input.files[0];
    const video = file && (await described(file).catch(() => null));
    const right = video?.hash === place.dataset.videoHash;
    wrong.hidden = right || !file;
    screen.hidden = !right;
    for (const button of buttons) button.hidden = !right;
    if (screen.src) URL.revokeObjectURL(screen.src);
    if (right) screen.src = URL.createObjectURL(file);
  });
  screen.addEventListener("timeupdate", () => {
    if (screen.currentTime * 1000 < until) return;
    until = Infinity;
    screen.pause();
  });
  for (const button of buttons) {
    button.addEventListener("click", () => {
      const at = Number(button.dataset.playMs);
      until = at + AROUND_MS;
      screen.currentTime = Math.max(0, at - AROUND_MS) / 1000;
      screen.scrollIntoView({ block: "nearest" });
      screen.play();
    });
  }
}
