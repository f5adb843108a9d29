/* Which coding schemes are there to look with, and which one is the usual one? */

import { label } from "./words.js";

const USUAL = "serve-and-return";

/* The published schemes, as choices: id and name. */
export const schemes = (app) =>
  published(app).map((one) => [one.id, label(one.document.label, app.language, one.id)]);

/* The id of the scheme that an observation is made with unless somebody chooses. */
export const usualScheme = (app) =>
  (published(app).find((one) => one.document.name === USUAL) ?? published(app)[0]).id;

const published = (app) => app.pulled.instruments.filter((one) => one.kind === "scheme");
