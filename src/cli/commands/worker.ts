import { availableParallelism } from "node:os";
import type { Command } from "commander";
import { connectQueue } from "../../experiment/queue/connect.js";
import { serveQueue } from "../../experiment/queue/serve.js";
import { JOB_DEVICES, type JobDevice } from "../../experiment/run/job.js";
import { check, checkInteger } from "../../util/check.js";
import { forkedSlot } from "../experiment/slots.js";
import { interruptionOf } from "../interruption.js";
import { addSettings } from "../options.js";
import { integer, oneOf, word } from "../parse.js";
import { hostOf, say, type Terminal } from "../terminal.js";

const EXAMPLES = `
Examples:
  coppice worker --queue redis://host                      as many runs at a time as there are cores
  COPPICE_DATA=/data coppice worker --queue redis://host --slots 4
  COPPICE_QUEUE_PASSWORD=... coppice worker --queue rediss://user@host:6380/2 --device webgpu

Takes runs that coppice experiment SUITE --queue puts on a queue (Redis), until Ctrl+C, which gives back what is under way.
Needs npm install bullmq ioredis. Datasets are looked up by name, files by their file name, in COPPICE_DATA and ./data; a run
of another version of coppice, or on other data (by sha256) than it was planned on, is refused and left to other workers.
`;

interface Values {
  readonly queue?: string;
  readonly slots?: number;
  readonly device?: JobDevice;
}

/** Adds `coppice worker` to the program. */
export function addWorker(program: Command, terminal: Terminal): void {
  const command = program.command("worker").description("take runs of experiments from a queue, on any number of machines");
  addSettings(command, "Options", [
    { flags: "--queue <URL>", help: "redis://[[user]:password@]host[:port][/db], or rediss:// for TLS", parse: word },
    {
      flags: "--slots <n>",
      help: "runs at a time, each in a process of its own (default: the cores; 1 on a GPU)",
      parse: integer,
    },
    { flags: "--device <name>", help: `take runs on ${JOB_DEVICES.join(" or ")} (default cpu)`, parse: oneOf(JOB_DEVICES) },
  ]);
  command.addHelpText("after", EXAMPLES).action(() => runWorker(command.opts<Values>(), terminal));
}

async function runWorker({ queue, device = "cpu", slots: count }: Values, terminal: Terminal): Promise<void> {
  const slots = count ?? (device === "cpu" ? availableParallelism() : 1);
  checkInteger(slots, "--slots", 1, 256);
  check(queue !== undefined, "worker", () => "which queue? give --queue redis://host");
  const link = await connectQueue(queue, device, hostOf(terminal));
  try {
    say(
      terminal,
      `taking runs on ${device} from ${link.shown}, ${slots} at a time; Ctrl+C ends it and gives back what is under way`,
    );
    const signal = terminal.signal ?? new AbortController().signal;
    await serveQueue(
      link,
      Array.from({ length: slots }, () => forkedSlot(terminal.env)),
      { env: terminal.env, tell: (line) => say(terminal, line) },
      signal,
    );
    say(terminal, `${interruptionOf(signal)}: what was under way is given back`);
  } finally {
    await link.close();
  }
}
