/* The screens' words in every language of the programme, and the wording of a family's page, kept so that a language can
   be spoken, and a page proposed, without a network. */

import * as device from "./device.js";
import { fetched, speak } from "./words.js";

/* Fetch and keep what is not the newest yet; a language that cannot be fetched now stays as it was. */
export async function keep(languages) {
  for (const language of languages) {
    await keepOne(`words:${language}`, fetched(language));
    await keepOne(`wording:${language}`, fetched(language, "wording"));
  }
}

async function keepOne(fact, coming) {
  const words = await coming.catch(() => null);
  if (words) await device.keepFact(fact, words);
}

/* Speak a language: as the server has it, else as it was kept, else in English. */
export async function speakIn(language) {
  speak((await fetched(language).catch(() => device.fact(`words:${language}`))) ?? {});
}

/* The wording of a page: the programme's `own`, else as it is kept (a start brings the newest), else as the server has it;
   throws without any. */
export async function wordingOf(language, own = {}) {
  return own[language] ?? (await device.fact(`wording:${language}`)) ?? fetched(language, "wording");
}
