/* A button that prints the page; without JavaScript there is none, and the browser's own menu prints as well. */
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
