/* Which way is a language written? Pure. */
const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ur"]);

export const directionOf = (language) => (RIGHT_TO_LEFT.has(language) ? "rtl" : "ltr");
