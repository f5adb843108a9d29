/* Carry a thing to where it belongs, with a finger, a pen or the mouse.

   A place that takes things has `data-drop`. With a finger a thing is held for a moment first, so that the page still
   scrolls under it; `atOnce` spares that where nothing scrolls. A carry that the system takes over is given up. */

const HOLD_MS = 250;
const FAR_PX = 8;

/* Let `made` be carried; `drop` gets the `data-drop` of the place where it was let go, and the touch's time stamp. */
export function carried(made, drop, { atOnce = false } = {}) {
  let carry = null;
  let moved = false;

  const begin = () => {
    const ghost = made.cloneNode(true);
    ghost.classList.add("carried");
    ghost.removeAttribute("id");
    ghost.setAttribute("aria-hidden", "true");
    const { width } = made.getBoundingClientRect();
    ghost.style.inlineSize = `${width}px`;
    document.body.append(ghost);
    made.dataset.carrying = "true";
    Object.assign(carry, { ghost, under: null });
    moved = true;
    follow();
  };
  const follow = () => {
    const { ghost, x, y, under } = carry;
    ghost.style.translate = `${x - ghost.offsetWidth / 2}px ${y - ghost.offsetHeight / 2}px`;
    const now = document.elementFromPoint(x, y)?.closest("[data-drop]") ?? null;
    if (now === under) return;
    if (under) delete under.dataset.under;
    if (now) now.dataset.under = "true";
    carry.under = now;
  };
  const over = () => {
    clearTimeout(carry?.timer);
    carry?.ghost?.remove();
    if (carry?.under) delete carry.under.dataset.under;
    delete made.dataset.carrying;
    carry = null;
  };

  const down = (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    moved = false;
    carry = { from: [event.clientX, event.clientY], x: event.clientX, y: event.clientY, ghost: null };
    carry.waits = event.pointerType === "touch" && !atOnce;
    if (carry.waits) carry.timer = setTimeout(begin, HOLD_MS);
  };
  const move = (event) => {
    if (!carry) return;
    Object.assign(carry, { x: event.clientX, y: event.clientY });
    if (carry.ghost) return follow();
    const [x, y] = carry.from;
    if (Math.hypot(carry.x - x, carry.y - y) < FAR_PX) return;
    if (carry.waits) return over(); // the finger scrolls
    made.setPointerCapture(event.pointerId);
    begin();
  };
  const up = (event) => {
    const target = carry?.ghost ? carry.under?.dataset.drop : undefined;
    over();
    if (target) drop(target, event.timeStamp);
  };

  made.addEventListener("pointerdown", down);
  made.addEventListener("pointermove", move);
  made.addEventListener("pointerup", up);
  made.addEventListener("pointercancel", over);
  const still = (event) => carry?.ghost && event.preventDefault();
  made.addEventListener("touchmove", still, { passive: false });
  made.addEventListener("contextmenu", (event) => carry && event.preventDefault());
  made.addEventListener("dragstart", (event) => event.preventDefault());
  const afterwards = (event) => {
    if (moved) event.stopImmediatePropagation(); // what was carried was not pressed
    moved = false;
  };
  made.addEventListener("click", afterwards, { capture: true });
  return made;
}
