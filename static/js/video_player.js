/* A video with its controls: play, step by frame, slower and faster, jump, loop a moment. The clock is the frame that is
   on the screen (`requestVideoFrameCallback`), not the place that was asked for.

   What is played or stepped through with coding on is a run: `onRun(ms)` hears of its start, `onRest(ms)` of its end. A
   jump, a pause and a loop end it; while a moment is looped, or she only looks, there is none. */

import { minutes } from "./clock.js";
import { button, element } from "./element.js";
import { t } from "./words.js";

const SPEEDS = [0.25, 0.5, 1, 1.5, 2];
const LOOP_MS = 2000;
const FINEST = 1 / 120; // seconds: no camera of a home takes more frames
const SETTLED_MS = 60;
const HAIR = 0.001;

export function player(file, { onRun, onRest }) {
  const url = URL.createObjectURL(file);
  const screen = element("video", { class: "video__screen", playsinline: true, preload: "auto", src: url });
  screen.setAttribute("aria-label", t("The video"));
  let shown = 0; // seconds: the time of the frame on the screen
  let frame = null; // seconds: how long a frame lasts, once two were seen
  let running = false;
  let looking = false;
  let loop = null; // {from, to} in seconds
  let stepping = Promise.resolve();
  let arrived = () => undefined;

  const now = () => Math.round(shown * 1000);
  const begin = () => {
    if (running || looking || loop) return;
    running = true;
    onRun(now());
  };
  const rest = () => {
    if (!running) return;
    running = false;
    onRest(now());
  };

  const look = (_, { mediaTime }) => {
    const since = mediaTime - shown;
    if (since > HAIR && (frame === null || since < frame)) frame = since;
    shown = mediaTime;
    if (loop && shown >= loop.to) screen.currentTime = loop.from;
    draw();
    arrived();
    screen.requestVideoFrameCallback(look);
  };
  screen.requestVideoFrameCallback(look);

  /* Resolves when the frame at this place, if it is another one, is on the screen. */
  const seek = (seconds) =>
    new Promise((done) => {
      arrived = done;
      screen.addEventListener("seeked", () => setTimeout(done, SETTLED_MS), { once: true });
      screen.currentTime = Math.min(Math.max(0, seconds), screen.duration);
    });
  const stepOn = async () => {
    const from = shown;
    if (frame !== null) await seek(from + frame + 4 * HAIR);
    for (let n = 1; shown === from && n < 40 && from + n * FINEST < screen.duration; n += 1) await seek(from + n * FINEST);
  };
  const step = (forward) => {
    screen.pause();
    stepping = stepping.then(async () => {
      if (forward) begin();
      else rest();
      await (forward ? stepOn() : seek(shown - HAIR));
    });
    return stepping;
  };
  const jump = (ms) => {
    rest();
    return seek(ms / 1000 + HAIR / 2);
  };
  const toggle = () => {
    if (!screen.paused) return screen.pause();
    begin();
    return screen.play();
  };
  screen.addEventListener("pause", rest);
  screen.addEventListener("ended", rest);

  const onlyLook = (on) => {
    if (on) rest();
    looking = on;
    if (!on && !screen.paused) begin();
  };
  const setLoop = () => {
    rest();
    loop = loop ? null : { from: Math.max(0, shown - LOOP_MS / 1000), to: Math.min(screen.duration - 0.1, shown + LOOP_MS / 1000) };
    controls.loop.setAttribute("aria-pressed", String(loop !== null));
    if (loop) seek(loop.from).then(() => screen.play());
    else screen.pause();
  };

  const control = (words, act, name, more = {}) =>
    button(words, act, { class: "chip-button", "data-act": name, ...more });
  const controls = {
    play: control(t("Play"), toggle, "video-play"),
    back: control(t("Frame back"), () => step(false), "video-back"),
    on: control(t("Frame on"), () => step(true), "video-on"),
    loop: control(t("Loop this moment"), setLoop, "video-loop", { "aria-pressed": "false" }),
  };
  const speed = element(
    "select",
    { "data-act": "video-speed", on: { change: (event) => (screen.playbackRate = Number(event.target.value)) } },
    SPEEDS.map((rate) => element("option", { value: String(rate), ...(rate === 1 && { selected: true }) }, `${rate}×`)),
  );
  const place = element("input", {
    type: "range",
    min: 0,
    step: 1,
    value: "0",
    class: "video__place",
    "aria-label": t("Place in the video"),
    on: { input: (event) => jump(Number(event.target.value)) },
  });
  screen.addEventListener("loadedmetadata", () => (place.max = Math.round(screen.duration * 1000)));
  for (const change of ["play", "pause"]) {
    screen.addEventListener(change, () => (controls.play.textContent = screen.paused ? t("Play") : t("Stop")));
  }
  const draw = () => {
    if (document.activeElement !== place) place.value = String(now());
    place.setAttribute("aria-valuetext", minutes(now()));
  };

  const made = element(
    "section",
    { class: "video", "aria-label": t("The video") },
    screen,
    place,
    element(
      "div",
      { class: "video__controls" },
      controls.play,
      controls.back,
      controls.on,
      element("label", { class: "video__speed" }, element("span", {}, t("Speed")), speed),
      controls.loop,
    ),
  );
  const leave = () => {
    rest();
    screen.pause();
    URL.revokeObjectURL(url);
  };
  return { made, now, rest, jump, step, toggle, onlyLook, leave };
}
