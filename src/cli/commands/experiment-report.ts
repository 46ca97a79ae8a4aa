import { join } from "node:path";
import { completeness } from "../../experiment/analysis/missing.js";
import { ARCHIVE, commandOf, readResults, writeArchive } from "../../experiment/store/archive.js";
import { isFolder, isWithin } from "../../files/read.js";
import type { MethodName } from "../../methods/index.js";
import type { Flat } from "../../options/option.js";
import { check, checkOneOf } from "../../util/check.js";
import type { CommandSpec } from "../command.js";
import { turn, word } from "../options.js";
import { loadPieces, PIECES } from "../own-pieces.js";
import { printJson, say } from "../terminal.js";

const EXAMPLES = `
Examples:
  coppice experiment report runs/mine
  coppice experiment report runs/mine --to docs/mine --baseline dense

Writes report.html, report.md with figures/, and CSV files; those of an earlier report are replaced. Of an unfinished suite it
is a report of a part, and says what is missing. With --to the FOLDER also gets config.json and all results in one file,
${ARCHIVE}, of which a report can be written again.
`;

const OPTIONS = {
  to: word("FOLDER", "where to write", { otherwise: "DIR itself" }),
  baseline: word("method", "the method that the others are compared with", { otherwise: "the suite's first" }),
  ...PIECES,
  json: turn("print what was written as one JSON document"),
};

/** `coppice experiment report`: the report of a results folder, finished or not. */
export const experimentReport: CommandSpec = {
  name: "report",
  about: "write the report of a results folder: HTML, Markdown and CSV",
  args: { "<DIR>": "folder of the results, as --out named it" },
  options: { Options: OPTIONS },
  examples: EXAMPLES,
  async run({ to: target, baseline: given, pieces, json }: Flat<typeof OPTIONS>, { args: [folder], terminal }) {
    const to = placeOf(target, folder);
    const stored = readResults(folder, await loadPieces(pieces));
    const { results, failed, config, splits, times } = stored;
    const baseline = given as MethodName | undefined;
    if (baseline !== undefined) checkOneOf(baseline, config.suite.methods, "--baseline");
    const input = { results, failed, splits, times, config: config.suite, command: commandOf(stored) };
    const { writeReport } = await import("../../experiment/report/write-report.js"); // with the library that draws its charts
    const written = writeReport(input, to, baseline);
    const files = to === folder ? written : [...written, ...writeArchive(stored, to)];
    const { planned, done, missing } = completeness(config.suite, results, failed);
    if (json) return printJson(terminal, { folder: to, files, planned, done, missing: missing.length, failed: failed.length });
    say(terminal, `report of ${done} of ${planned} runs: ${to}/report.html, report.md and CSV files`);
  },
};

/** Where the report goes. Throws where that would replace results: these of DIR, or those of another suite. */
function placeOf(target: string | undefined, folder: string): string {
  if (target === undefined || (isWithin(folder, target) && isWithin(target, folder))) return folder;
  const read = ["runs", "splits", "times"].find((name) => isWithin(join(folder, name), target));
  check(read === undefined, "--to", () => `${target} is in ${join(folder, `${read}`)}, which is read; name another folder`);
  check(!isFolder(join(target, "runs")), "--to", () => {
    return `${target} holds results itself, whose config.json would be replaced; name another folder`;
  });
  return target;
}
