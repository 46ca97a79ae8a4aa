import { writeAtomically } from "../../files/write.js";
import { checkMeasured, type Measures, measure as measureModel, type NormName } from "../../measure/measure.js";
import { NORM_NAMES } from "../../measure/norm-names.js";
import { MEASURE, type MeasureOptions } from "../../measure/options.js";
import { grouped, short, table } from "../../report/format.js";
import { taskOf } from "../../tasks/index.js";
import { readingLike } from "../../tasks/reading.js";
import { counted } from "../../util/counted.js";
import { percent } from "../../util/percent.js";
import type { Call, CommandSpec } from "../command.js";
import { withDevice } from "../model-file.js";
import { type ModelValues, readModelSamples } from "../model-samples.js";
import { ABSENT, DATA, DEVICE, JSON_OUT, missingFor, word } from "../options.js";
import { PIECES } from "../own-pieces.js";
import { print, printJson, say } from "../terminal.js";

const EXAMPLES = `
Examples:
  coppice measure runs/digits-set-1/model.safetensors --data digits
  coppice measure model.safetensors --data train.csv --bound --tried 5 --out measure.json

The samples are those that the model was trained on; of a dataset by name, its training part. --bound takes minutes: it trains.
`;

const { categories: _made, levels: _ordered, group: _split, sampleWeight: _training, ...reading } = DATA;
const OPTIONS = {
  "Data options": { ...reading, ...missingFor(["error", "drop-samples", "median"]), ...ABSENT },
  "What is measured": MEASURE,
  "Run options": { ...DEVICE, ...PIECES, out: word("FILE.json", "write all that was measured"), ...JSON_OUT },
};

/** `coppice measure`: what is known to go with how well a network generalises. */
export const measure: CommandSpec = {
  name: "measure",
  about: "norms, margins, sharpness, and a PAC-Bayes bound of the error on new samples",
  args: { "<MODEL>": "model.safetensors of a run" },
  options: OPTIONS,
  examples: EXAMPLES,
  run: runMeasure,
};

type Values = ModelValues & MeasureOptions;

async function runMeasure(values: Values, { args: [path], terminal }: Call): Promise<void> {
  const { out } = values;
  const { saved, source, dataset, absent } = await readModelSamples(path, values, terminal, (model) => {
    checkMeasured(model, values); // throws before data are read
    return { ...readingLike(taskOf(model.config.task), { classes: model.classes }), part: "train" };
  });
  const asked = Object.fromEntries(Object.keys(MEASURE).map((key) => [key, values[key as keyof typeof MEASURE]]));
  const onProgress = (what: string, share: number) => say(terminal, `${what}: ${percent(share, 0)}`);
  const [measures, device] = await withDevice(values, terminal, async (on) => {
    const { signal } = terminal;
    return [await measureModel(on, saved, dataset, { ...asked, onProgress, signal }), on.info.kind] as const;
  });
  say(terminal, ...measures.notes.map((note) => `note: ${note}`));
  const document = { model: path, data: source.name, device, ...measures, ...(absent.length > 0 && { absent }) };
  if (out !== undefined) {
    writeAtomically(out, `${JSON.stringify(document, null, 2)}\n`);
    say(terminal, `measures in ${out}`);
  }
  if (values.json) return printJson(terminal, document);
  print(terminal, ...linesOf(measures));
}

function linesOf({ samples, connections, norms, margins, overMargin, sharpness, bound }: Measures): string[] {
  const rows = Object.entries(NORM_NAMES).map(([name, said]) => {
    return [said, short(norms[name as NormName]), short(overMargin?.[name as NormName] ?? null)];
  });
  return [
    `${counted(grouped(connections), "connection")}, ${counted(grouped(samples), "sample")}`,
    "",
    ...table([["norm", "", "over margin"], ...rows]),
    ...(margins ? ["", ...marginLines(margins)] : []),
    ...(sharpness.length > 0 ? ["", ...sharpnessLines(sharpness)] : []),
    ...(bound ? ["", ...boundLines(bound)] : []),
  ];
}

function marginLines({ quantiles, error }: NonNullable<Measures["margins"]>): string[] {
  const rows = quantiles.map(({ share, margin, normalised }) => [percent(share, 0), short(margin), short(normalised)]);
  return [...table([["margin", "below", "normalised"], ...rows]), `error ${percent(error, 2)}`];
}

function sharpnessLines(sharpness: Measures["sharpness"]): string[] {
  const rows = sharpness.map(({ box, loss, most, sharpness: rise }) => [short(box), short(loss), short(most), short(rise)]);
  return table([["box", "loss", "most in it", "sharpness"], ...rows]);
}

function boundLines({ bound, confidence, assumes, ...of }: NonNullable<Measures["bound"]>): string[] {
  const paid = [
    [`KL to a prior at ${of.prior.centre}`, `${short(of.kl)} nats`],
    ["price of the connections", `${short(of.connectionsPrice)} nats`],
    ["price of what was tried", `${short(of.triedPrice)} nats`],
    ["error of noisy networks", `${percent(of.error, 2)}, at most ${percent(of.errorAtMost, 2)}`],
  ];
  return [
    `error on new samples at most ${percent(bound, 1)}, with probability ${percent(confidence, 1)}`,
    ...table(paid),
    ...assumes.map((sentence) => `assumes: ${sentence}`),
  ];
}
