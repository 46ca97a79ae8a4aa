import { createWebgpuDevice } from "../../device/webgpu/device.js";
import type { Flat } from "../../options/option.js";
import { short, table } from "../../report/format.js";
import { formatVariant, mergeEntries, parseVariant, sameVariant, type TuningEntry, tuningAdapter } from "../../tune/entries.js";
import { checkVariant } from "../../tune/table.js";
import { check, checkOneOf } from "../../util/check.js";
import { version } from "../../util/version.js";
import type { Call, CommandSpec } from "../command.js";
import { JSON_OUT, word } from "../options.js";
import { print, printJson, say } from "../terminal.js";
import { fileTuning, tuningPath } from "../tuning-file.js";

const EXAMPLES = `
Examples:
  coppice tune list
  coppice tune list --json
  coppice tune fix spmm 1024x1024/32768/32 "VECS=4 LANES=2 UNROLL=1 PARTS=1"      not timed any more
  coppice tune clear --kernel spmm                       timed again by the next training on this adapter
  coppice tune clear

A shape is ROWSxCOLUMNS/CONNECTIONS/QUADS: the nearest powers of two of a layer's outputs, inputs and connections, and a
quarter of the batch. \`train --tune off\` ignores all of this for a run. What a run used is in its config.json.
`;

const like = (otherwise?: string) => ({ adapter: word("name", "as `tune list` prints it, or a part of it", { otherwise }) });
const SELECT = { ...like(), kernel: word("name", "as `tune list` prints it"), shape: word("class", "as `tune list` prints it") };
type Filter = Flat<typeof SELECT>;
type Values = Filter & Flat<typeof JSON_OUT>;

/** `coppice tune` with list, clear and fix. They read and write the file of `tuningPath`. */
export const tune: CommandSpec = {
  name: "tune",
  about: "list, clear and fix the kernel variants that were timed on this machine's adapters",
  examples: EXAMPLES,
  commands: [
    {
      name: "list",
      about: "what is remembered: adapter, kernel, shape, variant, ms of every candidate",
      options: { Options: { ...like(), ...JSON_OUT } },
      examples: EXAMPLES,
      run: listEntries,
    },
    {
      name: "clear",
      about: "forget everything, or what the options select",
      options: { Options: { ...SELECT, ...JSON_OUT } },
      examples: EXAMPLES,
      run: clearEntries,
    },
    {
      name: "fix",
      about: "choose a variant by hand; timing never replaces it",
      args: {
        "<KERNEL>": "e.g. spmm",
        "<SHAPE>": "e.g. 1024x1024/32768/32",
        "<VARIANT>": 'its constants, as `tune list` prints them, e.g. "VECS=4 LANES=2 UNROLL=1 PARTS=1"',
      },
      options: { Options: { ...like("the one of this machine"), ...JSON_OUT } },
      examples: EXAMPLES,
      run: fixEntry,
    },
  ],
};

async function listEntries(options: Values, { terminal }: Call): Promise<void> {
  const path = tuningPath(terminal.env);
  const all = await fileTuning(path).load();
  const entries = select(all, options);
  check(all.length === 0 || entries.length > 0, "tune list", () => nothingFits(all, options));
  if (options.json) return printJson(terminal, { file: path, entries });
  if (all.length === 0) return print(terminal, `${path}: nothing is remembered; training on a GPU times its kernels`);
  const subjects = [...new Set(entries.map(adapterLine))];
  const lines = subjects.flatMap((subject) => {
    const rows = entries
      .filter((entry) => adapterLine(entry) === subject)
      .map((entry) => [
        `  ${entry.kernel}`,
        entry.shape,
        formatVariant(entry.variant),
        entry.fixed ? "fixed" : "",
        entry.trials.map(({ variant, ms }) => `${formatVariant(variant)}: ${short(ms)}`).join(", "),
      ]);
    return [subject, ...table([["  kernel", "shape", "variant", "", "ms of the candidates"], ...rows]), ""];
  });
  print(terminal, [path, "", ...lines].join("\n").trimEnd());
}

async function clearEntries(options: Values, { terminal }: Call): Promise<void> {
  const path = tuningPath(terminal.env);
  const store = fileTuning(path);
  const { adapter, kernel, shape } = options;
  const everything = adapter === undefined && kernel === undefined && shape === undefined;
  const entries = everything ? [] : await store.load(); // a file that cannot be read can still be cleared
  const gone = select(entries, options);
  check(everything || gone.length > 0, "tune clear", () => nothingFits(entries, options));
  await store.save(entries.filter((entry) => !gone.includes(entry)));
  if (everything) await store.checks?.save([]);
  if (options.json) await printJson(terminal, { file: path, cleared: everything ? "all" : gone });
  else say(terminal, everything ? `${path}: cleared` : `${path}: ${gone.length} of ${entries.length} entries cleared`);
}

async function fixEntry(options: Values, { args: [kernel, shape, text], terminal }: Call): Promise<void> {
  const variant = parseVariant(text, "VARIANT");
  checkVariant(kernel, shape, variant, "tune fix");
  const path = tuningPath(terminal.env);
  const store = fileTuning(path);
  const entries = await store.load();
  const adapter = options.adapter === undefined ? await adapterHere() : adapterNamed(entries, options.adapter);
  const subject = { version, adapter, kernel, shape, variant, fixed: true, trials: [] };
  const timed = entries.find((entry) => entry.adapter === adapter && entry.kernel === kernel && entry.shape === shape);
  const entry: TuningEntry = { ...subject, trials: timed?.version === version ? timed.trials : [] };
  await store.save(mergeEntries(entries, [entry]));
  if (options.json) return printJson(terminal, { file: path, entry });
  const faster = entry.trials.find((trial) => sameVariant(trial.variant, variant));
  say(terminal, `${path}: ${kernel} ${shape} is fixed to ${formatVariant(variant)} on ${adapterLine(entry)}`);
  if (faster) say(terminal, `it was timed at ${short(faster.ms)} ms there`);
}

/** The adapter that training would use here. */
async function adapterHere(): Promise<string> {
  const device = await createWebgpuDevice();
  const adapter = tuningAdapter(device.info);
  await device.dispose();
  return adapter;
}

/** The one adapter of the entries that a text is part of. */
function adapterNamed(entries: readonly TuningEntry[], text: string): string {
  const names = [...new Set(entries.map(({ adapter }) => adapter))];
  const found = names.filter((name) => readable(name).includes(text) || name === text);
  check(found.length === 1, "--adapter", () => {
    const known = names.map((name) => `"${readable(name)}"`).join(", ") || "none";
    return `"${text}" is part of ${found.length} adapters' names, expected one; known are: ${known}`;
  });
  return found[0];
}

function select(entries: readonly TuningEntry[], { adapter, kernel, shape }: Filter): TuningEntry[] {
  return entries.filter(
    (entry) =>
      (adapter === undefined || readable(entry.adapter).includes(adapter) || entry.adapter === adapter) &&
      (kernel === undefined || entry.kernel === kernel) &&
      (shape === undefined || entry.shape === shape),
  );
}

function nothingFits(entries: readonly TuningEntry[], { kernel, shape }: Filter): string {
  if (kernel !== undefined) checkOneOf(kernel, [...new Set(entries.map((entry) => entry.kernel))], "--kernel");
  if (shape !== undefined) checkOneOf(shape, [...new Set(entries.map((entry) => entry.shape))], "--shape");
  return `none of the ${entries.length} entries fits these options; see coppice tune list`;
}

function readable(adapter: string): string {
  return adapter.split("|").filter(Boolean).join(" ");
}

function adapterLine({ adapter, version: of }: TuningEntry): string {
  return `${readable(adapter) || "unnamed adapter"}, coppice ${of}${of === version ? "" : " (another version: not used)"}`;
}
