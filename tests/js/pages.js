/* Every word of the pages that stand in standard input as JSON [{data, visited, wording}], to standard output as JSON:
   `tests/feedback/test_finished_page.py` compares them with the server's. */

import { readFileSync } from "node:fs";

import { finished, textOf } from "../../static/js/finished_page.js";

const cases = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(cases.map(({ data, visited, wording }) => textOf(finished(data, visited, wording)))));
