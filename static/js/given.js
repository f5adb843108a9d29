/* The letters of a link stand behind the "#" of its address: they go into the form, and out of the address. */
const letters = decodeURIComponent(window.location.hash.slice(1));
if (letters) {
  const place = document.querySelector("[data-letters]");
  place.querySelector("input").value = letters;
  place.hidden = true;
  window.history.replaceState(null, "", window.location.pathname);
  document.querySelector("#number").focus();
}
