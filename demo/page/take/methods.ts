import { METHODS, type Method } from "../../../src/api/extend.js";
import { ADDED } from "../../../src/nn/options.js";
import { DEFAULTS, LABELS } from "../../settings.js";
import { compact, count, percent, whole } from "../format.js";
import { LEARNING } from "../learning.js";
import { fieldOf, firstOf, inWords, labelOf } from "../metrics.js";
import type { Run } from "../state.js";

const SET =
  "Mocanu et al., Scalable training of artificial neural networks with adaptive sparse connectivity inspired by network science, Nature Communications 9, 2383 (2018)";
const REMOVAL =
  "Liu, Mocanu and Pechenizkiy, On improving deep learning generalization with adaptive sparse connectivity, arXiv:1906.11626 (2019)";

/** How to cite the program. */
export const citation = (version: string) =>
  `coppice, version ${version}: truly sparse training of neural networks on WebGPU. https://github.com/coppice-ml/coppice`;

/** What was done, in the words of an article's section of methods, with all that fixes the run. */
export function methodsText({ settings, inputs, data, start, epochs }: Run): string {
  const {
    method,
    hidden,
    epsilon,
    zeta,
    remove,
    members,
    loss,
    quantiles,
    optimizer,
    lr,
    lrSchedule,
    batch,
    decay,
    dropout,
    test,
    seed,
    inputs: scaling,
  } = settings;
  const last = epochs[epochs.length - 1]?.record;
  if (!start || !last) return "";
  const metric = firstOf(inputs.task);
  const { prune, remove: score, source }: Method = METHODS[method];
  const [rewires, removes] = [prune !== undefined && !source, score !== undefined && !source];
  const others = (Object.keys(ADDED) as (keyof typeof ADDED)[]).filter((key) => settings[key] !== DEFAULTS[key]);
  const network =
    method === "linear"
      ? "A linear model"
      : `${/^[aeio]|^np/.test(method) ? "An" : "A"} ${method} network with hidden layers of ${hidden.join(", ")} neurons`;
  const value = last[fieldOf(metric, "test")];
  const sentences = [
    `${members > 1 ? `An ensemble of ${members} networks (${network.replace(/^An? /, "each of the kind ")})` : network} was trained with coppice ${start.plan.version} on ${inputs.name}${"sha256" in data ? ` (sha256 ${data.sha256})` : ""}, ${count(inputs.features, "feature")}`,
    `${whole(start.trainSamples)} samples were trained on and ${whole(start.testSamples)}, ${percent(test, 2)}, were held out`,
    inputs.task !== "classification" &&
      `What was learnt: ${LEARNING[inputs.task].text}${quantiles.length > 0 ? `, the quantiles ${quantiles.join(", ")}` : ""}${loss === "own" ? "" : `, by the loss ${loss}`}`,
    start.connections < start.dense &&
      `It began with ${whole(start.connections)} connections (epsilon ${epsilon}), ${percent(start.connections / start.dense, 2)} of the ${compact(start.dense)} of the dense network, and had ${whole(last.nnz)} at the end`,
    source && `Its connections came about as the method ${method} has it (${source})`,
    rewires &&
      `After every epoch a fraction zeta = ${zeta} of the connections was pruned and as many were regrown at random (SET)`,
    removes && `Hidden neurons were removed (${String(remove)}) with their connections`,
    `Training took ${whole(last.epoch)} epochs of ${optimizer}, in batches of ${batch}, with learning rate ${lr}${lrSchedule === DEFAULTS.lrSchedule ? "" : ` (course: ${lrSchedule})`}, decay ${decay} and dropout ${dropout}${others.map((key) => `; ${LABELS[key].toLowerCase()}: ${settings[key]}`).join("")}; inputs: ${scaling}; seed ${seed}; device: ${start.plan.device}, ${start.adapter}`,
    value !== null && `On the samples held out the ${labelOf(metric)} was ${inWords(metric, value)}, of a single split`,
    `Cite: ${[citation(start.plan.version), source, rewires && SET, removes && REMOVAL].filter(Boolean).join("; ")}`,
  ];
  return `${sentences.filter(Boolean).join(". ")}.`;
}
