import { checkWritableFile, writeAtomically } from "../../files/write.js";
import { blend } from "../../io/blend.js";
import { checkpointParts } from "../../io/formats/checkpoint/checkpoint.js";
import { membersOf } from "../../io/saved-model.js";
import { formatBytes } from "../../nn/memory.js";
import type { Flat } from "../../options/option.js";
import { list, number } from "../../options/schema.js";
import { check } from "../../util/check.js";
import { checkNotRead } from "../check-out.js";
import type { Call, CommandSpec } from "../command.js";
import { readAnyModel } from "../model-file.js";
import { JSON_OUT, setting, word } from "../options.js";
import { loadOwn, PIECES } from "../own-pieces.js";
import { printJson, say } from "../terminal.js";

const EXAMPLES = `
Examples:
  coppice blend npset.safetensors linear.safetensors --weights 0.7,0.3 --out blend.safetensors

The answer is the weighted average of the models' answers. They are to be trained on the same data: the same features and classes, standardised
alike. Ensembles may be among them. What is written is one model, for eval, predict, inspect and export. It cannot be trained on.
`;

const OPTIONS = {
  weights: setting(list(number({ min: 0 })), "share of each model, which sum to 1", { unit: "list", otherwise: "equal shares" }),
  out: word("FILE", "model to write, e.g. model.safetensors"),
  ...PIECES,
  ...JSON_OUT,
};

/** `coppice blend`: several models as one. */
export const blendModels: CommandSpec = {
  name: "blend",
  about: "make one model that averages the answers of several by weights",
  args: { "<MODEL...>": "models of runs on the same data" },
  options: { Options: OPTIONS },
  examples: EXAMPLES,
  run: runBlend,
};

async function runBlend(values: Flat<typeof OPTIONS>, { args: paths, terminal }: Call): Promise<void> {
  const { weights = paths.map(() => 1 / paths.length), out, pieces, json } = values;
  check(out !== undefined, "--out", () => "is missing; name the model to write, e.g. model.safetensors");
  check(weights.length === paths.length, "--weights", () => {
    return `${weights.length} of ${paths.length} models; give one for each, e.g. ${paths.map(() => +(1 / paths.length).toFixed(3)).join(",")}`;
  });
  checkWritableFile(out, "--out");
  checkNotRead(out, { "a model": paths, "the file of pieces": [pieces] });
  const own = await loadOwn(pieces);
  const models = [];
  for (const path of paths) models.push((await readAnyModel(path, own)).saved);
  const saved = blend(models.map((model, k) => ({ model, weight: weights[k] })));
  const content = checkpointParts(saved);
  writeAtomically(out, content);
  const bytes = content.reduce((sum, { length }) => sum + length, 0);
  const networks = membersOf(saved).length;
  say(terminal, `${networks} ${networks === 1 ? "network" : "networks"} in ${out}: ${formatBytes(bytes)}`);
  if (json) await printJson(terminal, { models: paths, weights, out, networks, bytes });
}
