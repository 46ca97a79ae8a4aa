import type { Command } from "commander";
import { completeness } from "../../experiment/analysis/missing.js";
import { ARCHIVE, commandOf, readResults, writeArchive } from "../../experiment/store/archive.js";
import type { MethodName } from "../../methods/index.js";
import { checkOneOf } from "../../util/check.js";
import { addSettings } from "../options.js";
import { word } from "../parse.js";
import { printJson, say, type Terminal } from "../terminal.js";

const EXAMPLES = `
Examples:
  coppice experiment report runs/mine
  coppice experiment report runs/mine --to docs/mine --baseline dense

Writes report.html, report.md with figures/, and CSV files; those of an earlier report are replaced. Of an unfinished suite it
is a report of a part, and says what is missing. With --to the FOLDER also gets config.json and all results in one file,
${ARCHIVE}, of which a report can be written again.
`;

/** Adds `report` to `coppice experiment`: the report of a results folder, finished or not. */
export function addExperimentReport(experiment: Command, terminal: Terminal): void {
  const command = experiment
    .command("report")
    .description("write the report of a results folder: HTML, Markdown and CSV")
    .argument("<DIR>", "folder of the results, as --out named it");
  addSettings(command, "Options", [
    { flags: "--to <FOLDER>", help: "where to write (default: DIR itself)", parse: word },
    {
      flags: "--baseline <method>",
      help: "the method that the others are compared with (default: the suite's first)",
      parse: word,
    },
    { flags: "--json", help: "print what was written as one JSON document" },
  ]);
  command.addHelpText("after", EXAMPLES).action(async (folder: string) => {
    // Where a command and one of its own share an option, commander gives it to the outer one.
    const { to = folder, baseline, json } = command.optsWithGlobals<{ to?: string; baseline?: MethodName; json?: boolean }>();
    const stored = readResults(folder);
    const { results, failed, config, times } = stored;
    if (baseline !== undefined) checkOneOf(baseline, config.suite.methods, "--baseline");
    const input = { results, failed, times, config: config.suite, command: commandOf(stored) };
    const { writeReport } = await import("../../experiment/report/write-report.js"); // with the library that draws its charts
    const written = writeReport(input, to, baseline);
    const files = to === folder ? written : [...written, ...writeArchive(stored, to)];
    const { planned, done, missing } = completeness(config.suite, results, failed);
    if (json) return printJson(terminal, { folder: to, files, planned, done, missing: missing.length, failed: failed.length });
    say(terminal, `report of ${done} of ${planned} runs: ${to}/report.html, report.md and CSV files`);
  });
}
