import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import type { Device } from "../../src/device/device.js";
import { createScratch } from "../../src/device/scratch.js";
import { createWebgpuDevice } from "../../src/device/webgpu/device.js";
import { type EvolutionConfig, evolutionConfig, zetaAt } from "../../src/evolution/config.js";
import { evolve } from "../../src/evolution/evolve.js";
import type { EvolveOptions } from "../../src/evolution/evolve-options.js";
import { removalDue } from "../../src/evolution/neurons.js";
import { BUDGETS } from "../../src/evolution/options.js";
import { findPieces } from "../../src/evolution/pieces.js";
import type { PrunerName } from "../../src/evolution/pruners/index.js";
import { REMOVAL_SCHEDULES, type RemovalScheduleName, ZETA_SCHEDULES, type ZetaSchedule } from "../../src/evolution/schedules.js";
import { SCORERS, type ScorerName } from "../../src/evolution/scorers/index.js";
import { networkConfig } from "../../src/nn/config.js";
import { createNetwork, destroyNetwork, type Network, snapshot } from "../../src/nn/network.js";
import { initialState, type LayerState, type NetworkState, validateState } from "../../src/nn/state.js";
import type { WeightInit } from "../../src/sparse/init-weights.js";
import { random } from "../../src/util/random.js";
import { WHOLE } from "../matrix.js";
import { expectSameState } from "../train/same-runs.js";
import { expectEvolved } from "./reference.js";

/** Scorers that look at connections and weights alone: there are no samples here. The others have tests of their own. */
const BY_WEIGHTS = (Object.keys(SCORERS) as ScorerName[]).filter((name) => !("gradients" in SCORERS[name]));
/** Schedules that say how many neurons leave, as the reference counts them; `below` goes by the scores. */
const BY_COUNT = (Object.keys(REMOVAL_SCHEDULES) as RemovalScheduleName[]).filter((name) => name !== "below");

interface Problem {
  readonly seed: number;
  readonly sizes: readonly number[];
  readonly densities: readonly (number | null)[];
  /** Row blocks that layers are to be cut into, about. */
  readonly blocks: number;
  readonly optimizer: "sgd" | "adam";
  readonly momentum: number;
  readonly srelu: boolean;
  /** Whether the last layer takes part. */
  readonly output: boolean;
  readonly config: EvolutionConfig;
}

const EPOCHS = 12;

/** Networks with layers of up to `width` neurons. */
const problem = (width: number): fc.Arbitrary<Problem> =>
  fc
    .record({
      seed: fc.nat(1e6),
      hidden: fc.array(fc.integer({ min: 1, max: width }), { minLength: 0, maxLength: 3 }),
      inputs: fc.integer({ min: 1, max: width }),
      classes: fc.integer({ min: 2, max: 4 }),
      density: fc.array(fc.oneof({ weight: 4, arbitrary: fc.double({ min: 0.02, max: 1, noNaN: true }) }, fc.constant(null)), {
        minLength: 4,
        maxLength: 4,
      }),
      blocks: fc.integer({ min: 1, max: 3 }),
      optimizer: fc.constantFrom("sgd" as const, "adam" as const),
      momentum: fc.constantFrom(0, 0.9),
      srelu: fc.boolean(),
      output: fc.boolean(),
      prune: fc.constantFrom<PrunerName>("set", "magnitude", "none"), // those of the reference
      zeta: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
      zetaSchedule: fc.constantFrom(...(Object.keys(ZETA_SCHEDULES) as ZetaSchedule[])),
      regrowInit: fc.constantFrom<WeightInit>("zeros", "heUniform"),
      removal: fc.option(
        fc.record({
          score: fc.constantFrom(...BY_WEIGHTS),
          amount: fc.double({ min: 0.05, max: 0.95, noNaN: true }),
          schedule: fc.constantFrom(...BY_COUNT),
          first: fc.integer({ min: 0, max: 2 }),
          last: fc.integer({ min: 3, max: 6 }),
          every: fc.integer({ min: 1, max: 2 }),
          budget: fc.constantFrom(...BUDGETS),
          floor: fc.integer({ min: 1, max: 5 }),
        }),
      ),
    })
    .map(({ hidden, inputs, classes, density, prune, zeta, zetaSchedule, regrowInit, removal, ...rest }) => {
      const sizes = [inputs, ...hidden, classes];
      // At least one connection a layer: none at all is no network.
      const densities = sizes.slice(1).map((out, i) => density[i] && Math.max(density[i], 1 / (out * sizes[i])));
      const config = evolutionConfig(
        { prune, zeta, zetaSchedule, regrowInit, removal },
        { epochs: EPOCHS, classes, stepsPerEpoch: 1 },
      );
      return { ...rest, sizes, densities, config };
    });

/** `state` as training might have left it: weights of few magnitudes (so that many are equal, and sums are exact), some of them 0. */
function trained(state: NetworkState, { seed, optimizer, momentum }: Problem, epoch: number): NetworkState {
  const slots = optimizer === "adam" ? 2 : momentum > 0 ? 1 : 0;
  const layers = state.layers.map((layer, i): LayerState => {
    const rng = random(seed, "trained", i, epoch);
    const normals = (n: number) => Float32Array.from({ length: n }, () => rng.normal());
    const arrays = (n: number) => Array.from({ length: slots }, () => normals(n));
    return {
      ...layer,
      params: {
        values: Float32Array.from(layer.params.values, () => (rng.below(41) - 20) / 16),
        bias: normals(layer.out),
        ...(layer.params.srelu && { srelu: normals(4 * layer.out) }),
      },
      state: Object.fromEntries(Object.entries(layer.params).map(([name, { length }]) => [name, arrays(length)])),
    };
  });
  return { layers };
}

/** Four counts a layer, as the kernel count-signs makes them. */
const countsOf = ({ layers }: NetworkState) =>
  layers.flatMap(({ params: { values } }) => [
    values.filter((w) => w > 0).length,
    values.filter((w) => w < 0).length,
    values.filter((w) => w === 0).length,
    0,
  ]);

/** The largest binding with which the largest layer falls into about `blocks` row blocks. */
function bindingBytes({ sizes, densities, blocks }: Problem): number {
  const nnz = densities.map((density, i) => (density ?? 1) * sizes[i] * sizes[i + 1]);
  return blocks === 1 ? 1 << 20 : 4 * Math.max(...sizes, Math.ceil(Math.max(...nnz) / blocks));
}

/** The device's own arrays of every block: CSR and CSC of one topology. */
async function expectIndices(device: Device, { layers }: Network): Promise<void> {
  for (const block of layers.flatMap((layer) => layer.blocks)) {
    const { rowPtr, colIdx, colPtr, rowIdx, perm } = block;
    if (!rowPtr || !colIdx || !colPtr || !rowIdx || !perm) continue;
    const [rows, columns, starts, rowOf, slots] = await device.read([rowPtr, colIdx, colPtr, rowIdx, perm]);
    expect([rows[0], rows[block.rows]]).toEqual([0, block.slots]);
    expect([...slots].sort((a, b) => a - b)).toEqual(Array.from({ length: block.slots }, (_, k) => k));
    for (let column = 0; column + 1 < starts.length; column++) {
      for (let j = starts[column]; j < starts[column + 1]; j++) {
        const [row, slot] = [rowOf[j], slots[j]];
        if (columns[slot] !== column || slot < rows[row] || slot >= rows[row + 1])
          expect.fail(`CSC slot ${j} is not cell (${row}, ${column})`);
      }
    }
  }
}

/** Five evolutions of a network whose weights change between them; `visit` gets what each made of what. */
async function evolveOften(
  device: Device,
  p: Problem,
  visit: (before: NetworkState, after: NetworkState, records: Awaited<ReturnType<typeof evolve>>, options: EvolveOptions) => void,
): Promise<NetworkState> {
  const { sizes, densities, seed, srelu, optimizer, momentum, output, config } = p;
  const settings = networkConfig({ activation: srelu ? "srelu" : "relu", optimizer: { name: optimizer, momentum } });
  let state = initialState({ sizes, densities, init: "heUniform", seed, activation: srelu ? "srelu" : "relu" });
  for (let epoch = 1; epoch <= 5; epoch++) {
    const before = trained(state, p, epoch);
    const network = createNetwork(device, settings, before);
    const evolves = before.layers.map((layer, i) => layer.topology !== null && (output || i < before.layers.length - 1));
    const firstConnections = before.layers.map(({ params: { values } }) => values.length);
    const firsts = { firstSizes: sizes, firstConnections };
    const pieces = findPieces(config);
    const options = { config, pieces, epoch, epochs: EPOCHS, seed, ...firsts, evolves, counts: countsOf(before) };
    const scratch = createScratch(device);
    const records = await evolve(scratch, network, options);
    scratch.free();
    state = await snapshot(device, network);
    await expectIndices(device, network);
    destroyNetwork(device, network);
    visit(before, state, records, options);
  }
  return state;
}

function check(
  before: NetworkState,
  after: NetworkState,
  records: Awaited<ReturnType<typeof evolve>>,
  options: EvolveOptions,
): void {
  validateState(after);
  const { config, epoch, epochs, seed } = options;
  const due = config.removal !== null && removalDue(config.removal, epoch);
  const scores = before.layers.map((layer, i) => {
    const rng = random(seed, "removal", i, epoch);
    return Array.from({ length: layer.out }, () => rng.float());
  });
  const grownBound = config.regrowInit === "zeros" ? 0 : Math.sqrt(6);
  expectEvolved(before, after, records, options, {
    due,
    zeta: zetaAt(config, epoch, epochs),
    grownBound,
    ...(config.removal?.score === "random" && { random: scores }),
  });
}

describe("after every evolution the network is what pruning, removal and regrowth by brute force allow", () => {
  test("on cpu", async () => {
    await fc.assert(
      fc.asyncProperty(problem(14), async (p) => {
        await evolveOften(createCpuDevice({ bindingBytes: bindingBytes(p) }), p, check);
      }),
      { seed: 1, numRuns: WHOLE ? 300 : 50 },
    );
  });

  test("on webgpu, and cpu makes the same of it bit for bit", async () => {
    const { gpuDevice, dispose } = await createWebgpuDevice();
    await fc.assert(
      fc.asyncProperty(problem(50), async (p) => {
        // The bins of the selection take 2048 bytes.
        const limits = { bindingBytes: Math.max(2048, bindingBytes(p)) };
        const webgpu = await createWebgpuDevice({ gpuDevice, ...limits });
        const onGpu = await evolveOften(webgpu, p, check);
        expectSameState(await evolveOften(createCpuDevice(limits), p, () => {}), onGpu);
        await webgpu.dispose();
      }),
      { seed: 2, numRuns: WHOLE ? 12 : 3 },
    );
    await dispose();
  });
});
