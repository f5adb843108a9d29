/* Nobody has touched the tablet for a while: then `act`, where `may` says that it may be done now.

   The wall clock decides, because it goes on while the tablet sleeps: the touch that wakes it is asked first. */

const LOOK_MS = 15_000;

export function watchIdle(ms, may, act) {
  let last = Date.now();
  const look = () => {
    if (Date.now() - last < ms || !may()) return;
    last = Date.now();
    act();
  };
  const touched = () => {
    look();
    last = Date.now();
  };
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, touched, { capture: true, passive: true });
  document.addEventListener("visibilitychange", look);
  setInterval(look, LOOK_MS);
}
