import type { Command } from "commander";
import { planSuite } from "../../experiment/plan/suite-plan.js";
import type { JobDevice } from "../../experiment/run/job.js";
import { openStore, readTimes } from "../../experiment/store/store.js";
import { timeMethods } from "../../experiment/times/time-methods.js";
import { timedMethods } from "../../experiment/times/time-records.js";
import { duration } from "../../report/format.js";
import { CoppiceError, checkInteger } from "../../util/check.js";
import { interruptionOf } from "../interruption.js";
import { addSettings } from "../options.js";
import { integer, word } from "../parse.js";
import { printJson, say, type Terminal } from "../terminal.js";

const EXAMPLES = `
Examples:
  coppice experiment times generalization --out runs/gen
  coppice experiment times my.json --out runs/mine --only digits,mine --rounds 3

Run it when nothing else runs: one network at a time is trained for a few epochs, the methods by turns, in several rounds. Every round of
a dataset is a file in DIR/times/; the same command goes on where it was stopped. The report shows the medians.
`;

interface Values {
  readonly out?: string;
  readonly only?: string[];
  readonly rounds?: number;
  readonly device?: JobDevice;
  readonly json?: boolean;
}

/** Adds `times` to `coppice experiment`: how long an epoch of every method takes, with nothing beside it. */
export function addExperimentTimes(experiment: Command, terminal: Terminal): void {
  const command = experiment
    .command("times")
    .description("time the methods one after another, by turns, for the report")
    .argument("<SUITE>", "the suite whose results DIR holds, or is to hold");
  addSettings(command, "Options", [
    { flags: "--out <DIR>", help: "folder of the results (default runs/SUITE)", parse: word },
    { flags: "--only <datasets>", help: "only these datasets of study main, with commas", parse: word },
    { flags: "--rounds <n>", help: "times that every method is timed (default 5)", parse: integer },
    { flags: "--device <name>", help: "as the runs had (default cpu)", parse: word },
    { flags: "--json", help: "print the medians as one JSON document" },
  ]);
  command.addHelpText("after", EXAMPLES).action(async (name: string) => {
    // Where a command and one of its own share an option, commander gives it to the outer one, parsed as that one does.
    const { out: path, only, rounds = 5, device = "cpu", json } = command.optsWithGlobals<Values>();
    checkInteger(rounds, "--rounds", 1, 1000);
    const prefixes = only?.map((dataset) => `main/${dataset}`) ?? ["main"];
    const plan = await planSuite({ suite: name, only: prefixes, device, folder: terminal.env.COPPICE_DATA });
    const out = path ?? `runs/${plan.suite.name}`;
    const store = openStore(out, plan.suite, device);
    store.open(plan.splits);
    try {
      const { measured, left } = await timeMethods({
        ...{ plan, out, device, rounds, signal: terminal.signal, folder: terminal.env.COPPICE_DATA },
        onRound: ({ dataset, round, methods }, seconds) =>
          say(
            terminal,
            `round ${round + 1} of ${rounds}, ${dataset}: ${methods.length} methods timed; about ${duration(seconds)} left`,
          ),
      });
      if (left > 0) throw new CoppiceError(`${interruptionOf(terminal.signal)}: ${left} rounds are left`, "failure");
      if (json) await printJson(terminal, { out, measured, methods: timedMethods(readTimes(out)) });
      say(terminal, measured > 0 ? `times are in ${out}/times` : `all ${rounds} rounds were measured before: ${out}/times`);
    } finally {
      store.close();
    }
  });
}
