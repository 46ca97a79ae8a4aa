import { planSuite } from "../../experiment/plan/plan-suite.js";
import { JOB_DEVICES } from "../../experiment/run/job.js";
import { openStore, readTimes } from "../../experiment/store/store.js";
import { timeMethods } from "../../experiment/times/time-methods.js";
import { timedMethods } from "../../experiment/times/time-records.js";
import { option, type Settled } from "../../options/option.js";
import { integer, list, oneOf, text } from "../../options/schema.js";
import { duration } from "../../report/format.js";
import { CoppiceError } from "../../util/check.js";
import type { CommandSpec } from "../command.js";
import { interruptionOf } from "../interruption.js";
import { setting, turn, word } from "../options.js";
import { loadPieces, PIECES } from "../own-pieces.js";
import { printJson, say } from "../terminal.js";

const EXAMPLES = `
Examples:
  coppice experiment times generalization --out runs/gen
  coppice experiment times my.json --out runs/mine --only digits,mine --rounds 3

Run it when nothing else runs: one network at a time is trained for a few epochs, the methods by turns, in several rounds. Every round of
a dataset is a file in DIR/times/; the same command goes on where it was stopped. The report shows the medians.
`;

const OPTIONS = {
  out: word("DIR", "folder of the results", { otherwise: "runs/SUITE" }),
  only: setting(list(text()), "only these datasets of study main, with commas", { unit: "datasets" }),
  rounds: option(integer({ min: 1, max: 1000 }), 5, "times that every method is timed", { unit: "n" }),
  device: option(oneOf(JOB_DEVICES), "cpu", "as the runs had"),
  ...PIECES,
  json: turn("print the medians as one JSON document"),
};

/** `coppice experiment times`: how long an epoch of every method takes, with nothing beside it. */
export const experimentTimes: CommandSpec = {
  name: "times",
  about: "time the methods one after another, by turns, for the report",
  args: { "<SUITE>": "the suite whose results DIR holds, or is to hold" },
  options: { Options: OPTIONS },
  examples: EXAMPLES,
  async run({ out: path, only, rounds, device, pieces: file, json }: Settled<typeof OPTIONS>, { args: [name], terminal }) {
    const prefixes = only?.map((dataset) => `main/${dataset}`) ?? ["main"];
    const pieces = await loadPieces(file);
    const planned = await planSuite({ suite: name, only: prefixes, device, folder: terminal.env.COPPICE_DATA, pieces });
    const out = path ?? `runs/${planned.suite.name}`;
    const store = openStore(out, planned.suite, device);
    store.open(planned.splits);
    try {
      const { measured, left } = await timeMethods({
        planned,
        out,
        device,
        rounds,
        signal: terminal.signal,
        folder: terminal.env.COPPICE_DATA,
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
  },
};
