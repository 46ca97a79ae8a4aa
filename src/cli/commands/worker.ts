import { availableParallelism } from "node:os";
import { connectQueue } from "../../experiment/queue/connect.js";
import { serveQueue } from "../../experiment/queue/serve.js";
import { JOB_DEVICES } from "../../experiment/run/job.js";
import { option, type Settled } from "../../options/option.js";
import { integer, oneOf } from "../../options/schema.js";
import { check } from "../../util/check.js";
import type { Call, CommandSpec } from "../command.js";
import { forkedSlot } from "../experiment/slots.js";
import { interruptionOf } from "../interruption.js";
import { setting, word } from "../options.js";
import { loadPieces, PIECES } from "../own-pieces.js";
import { hostOf, say } from "../terminal.js";

const EXAMPLES = `
Examples:
  coppice worker --queue redis://host                      as many runs at a time as there are cores
  COPPICE_DATA=/data coppice worker --queue redis://host --slots 4
  COPPICE_QUEUE_PASSWORD=... coppice worker --queue rediss://user@host:6380/2 --device webgpu

Takes what coppice experiment SUITE --queue and coppice fit --queue put on a queue (Redis), until Ctrl+C, which gives back
what is under way.
Needs npm install bullmq ioredis. Datasets are looked up by name, files by their file name, in COPPICE_DATA and ./data; a run
of another version of coppice, or on other data (by sha256) than it was planned on, is refused and left to other workers.
`;

const OPTIONS = {
  queue: word("URL", "redis://[[user]:password@]host[:port][/db], or rediss:// for TLS"),
  slots: setting(integer({ min: 1, max: 256 }), "runs at a time, each in a process of its own", {
    unit: "n",
    otherwise: "the cores; 1 on a GPU",
  }),
  ...PIECES,
  device: option(oneOf(JOB_DEVICES), "cpu", "take runs on one kind of device"),
};

/** `coppice worker`: runs of experiments from a queue. */
export const worker: CommandSpec = {
  name: "worker",
  about: "take runs of experiments and trainings of fits from a queue, on any number of machines",
  options: { Options: OPTIONS },
  examples: EXAMPLES,
  run: runWorker,
};

async function runWorker(values: Settled<typeof OPTIONS>, { terminal }: Call): Promise<void> {
  const { queue, device, slots = device === "cpu" ? availableParallelism() : 1 } = values;
  check(queue !== undefined, "worker", () => "which queue? give --queue redis://host");
  await loadPieces(values.pieces); // refused here, not by every slot
  const link = await connectQueue(queue, device, hostOf(terminal));
  try {
    say(
      terminal,
      `taking runs on ${device} from ${link.shown}, ${slots} at a time; Ctrl+C ends it and gives back what is under way`,
    );
    const signal = terminal.signal ?? new AbortController().signal;
    await serveQueue(
      link,
      Array.from({ length: slots }, () => forkedSlot(terminal.env, values.pieces)),
      { env: terminal.env, tell: (line) => say(terminal, line) },
      signal,
    );
    say(terminal, `${interruptionOf(signal)}: what was under way is given back`);
  } finally {
    await link.close();
  }
}
