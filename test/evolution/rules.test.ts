import { describe, expect, test } from "vitest";
import {
  createCpuDevice,
  type Device,
  decodeCheckpoint,
  encodeCheckpoint,
  type SavedModel,
  type TrainOptions,
  train,
} from "../../src/api/index.js";
import { ALLOCATORS } from "../../src/evolution/allocators/index.js";
import { GROWERS } from "../../src/evolution/growers/index.js";
import { PRUNERS } from "../../src/evolution/pruners/index.js";
import { SCORERS } from "../../src/evolution/scorers/index.js";
import { PRESETS } from "../../src/methods/presets.js";
import { TOPOLOGIES } from "../../src/methods/topologies/index.js";
import { validateState } from "../../src/nn/state.js";
import { BASE, DATA } from "../extend/trained.js";
import { sharedGpu } from "../one-gpu.js";
import { expectSameState, timeless } from "../train/same-runs.js";

// Every rule that there is, by its registry. Files of their kinds hold what each computes against an oracle.

const namesOf = <Name extends string>(pieces: Readonly<Record<Name, unknown>>) => Object.keys(pieces) as Name[];
const removal = { amount: 0.4, first: 1, last: 3 } as const;

const RULES: readonly (readonly [name: string, options: TrainOptions])[] = [
  ...namesOf(PRUNERS).map((prune) => [`prune ${prune}`, { method: "set", evolution: { prune } }] as const),
  ...namesOf(GROWERS).map((grow) => [`grow ${grow}`, { method: "set", evolution: { grow } }] as const),
  ...namesOf(GROWERS).map(
    (grow) => [`grow ${grow} first`, { method: "set", evolution: { grow, growFirst: true, zeta: 0.1 } }] as const,
  ),
  ...namesOf(ALLOCATORS).map(
    (allocate) => [`allocate ${allocate}`, { method: "npset", evolution: { allocate, removal, prune: "global" } }] as const,
  ),
  ...namesOf(SCORERS).map((score) => {
    const activation = score === "dormant" ? "relu" : "tanh";
    return [`remove by ${score}`, { method: "npset", activation, evolution: { removal: { ...removal, score } } }] as const;
  }),
  ...namesOf(TOPOLOGIES).map((topology) => [`topology ${topology}`, { method: "set", topology }] as const),
  ["percolation", { method: "set", evolution: { percolate: true, zeta: 0.5 } }],
  ["inputs that leave", { method: "npset", evolution: { removal: { ...removal, inputAmount: 0.5 } } }],
];
const METHODS = namesOf(PRESETS).map((method) => [method, { method, evolution: { period: "4steps", until: 0.9 } }] as const);

async function run(device: Device, options: Parameters<typeof train>[1]) {
  const saves: SavedModel[] = [];
  const onCheckpoint = (saved: SavedModel) => void saves.push(saved);
  const model = await train(DATA, { ...BASE, ...options, device, onCheckpoint });
  const { network } = await model.save();
  await model.dispose();
  return { network, saves, evolutions: timeless(model.evolutions) };
}

/** Fails unless networks are whole, records count their connections, and a run that goes on from a file ends with the same bits. */
async function expectKept(device: Device, options: TrainOptions) {
  const whole = await run(device, options);
  const { saves, evolutions } = whole;
  for (const { network } of saves) validateState(network);
  for (const [i, { layers }] of evolutions.entries())
    for (const [l, { nnz, lost }] of layers.entries()) if (i > 0) expect(nnz + lost).toBe(evolutions[i - 1].layers[l].nnz);
  const rest = await run(device, { ...options, resume: decodeCheckpoint(encodeCheckpoint(saves[1])) });
  expectSameState(rest.network, whole.network);
  expect(rest.evolutions).toEqual(evolutions);
  return whole;
}

describe("every rule keeps networks whole, and is resumed to the same bits", () => {
  const device = createCpuDevice({ threads: 1 });
  test.each([...RULES, ...METHODS])("%s", async (_, options) => {
    await expectKept(device, { ...options, ...(METHODS.some(([, other]) => other === options) && { hidden: [30, 20] }) });
  });
});

describe("any number of threads makes the same bits", () => {
  const [one, three] = [1, 3].map((threads) => createCpuDevice({ threads }));
  test.each(RULES)("%s", async (_, options) => {
    const wide = { ...options, hidden: [300, 200], epsilon: 4 }; // enough for threads to have a part each
    expectSameState((await run(three, wide)).network, (await run(one, wide)).network);
  });
});

// At such a small rate weights stay as they were drawn: they are the same bits on both devices, and only sums of gradients differ.
describe("on a GPU, too, with the topologies of the CPU where weights are the same", async () => {
  const gpu = await sharedGpu();
  const cpu = createCpuDevice({ threads: 1 });
  test.each(RULES)("%s", async (_, options) => {
    await expectKept(gpu, options);
    const still = { ...options, lr: 1e-30, evolution: { ...options.evolution, regrowInit: "heUniform" } } as const;
    const [here, there] = [await run(cpu, still), await run(gpu, still)];
    expect(there.evolutions.map(({ layers }) => layers)).toEqual(here.evolutions.map(({ layers }) => layers));
    for (const [i, { network }] of here.saves.entries())
      for (const [l, { topology, neurons }] of network.layers.entries()) {
        const other = there.saves[i].network.layers[l];
        expect([other.topology, other.neurons]).toEqual([topology, neurons]);
      }
  });
});
