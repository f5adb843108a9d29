/* The screens' words in every language of the programme, kept so that a language can be spoken without a network. */

import * as device from "./device.js";
import { fetched, speak } from "./words.js";

/* Fetch and keep what is not the newest yet; a language that cannot be fetched now stays as it was. */
export async function keep(languages) {
  for (const language of languages) {
    const words = await fetched(language).catch(() => null);
    if (words) await device.keepFact(fact(language), words);
  }
}

/* Speak a language: as the server has it, else as it was kept, else in English. */
export async function speakIn(language) {
  speak((await fetched(language).catch(() => device.fact(fact(language)))) ?? {});
}

const fact = (language) => `words:${language}`;
