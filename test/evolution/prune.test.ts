import { expect, test } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { defineKernel } from "../../src/device/kernel.js";
import { createScratch } from "../../src/device/scratch.js";
import type { EvolveOptions } from "../../src/evolution/evolve-options.js";
import { maskOf, prune } from "../../src/evolution/prune.js";
import { PRUNERS } from "../../src/evolution/pruners/index.js";
import type { Pruner } from "../../src/evolution/pruners/pruner.js";
import type { Network } from "../../src/nn/network.js";
import { random } from "../../src/util/random.js";
import { concat } from "../kernels/harness.js";
import { stackSlots } from "../kernels/members.js";

const device = createCpuDevice({ simd: true });
const rng = random(1, "prune members");
/** Slots of each layer's members. */
const SIZES = [
  [300, 7, 1000],
  [90, 45, 20],
  [10, 10, 10],
];
/** Of values that are equal in many cases, also in several layers; values of [layer][member]. */
const values = SIZES.map((sizes) => sizes.map((slots) => Float32Array.from({ length: slots }, () => (rng.below(15) - 7) / 8)));

const squares = defineKernel({
  name: "squares",
  wgsl: "runs on the CPU alone",
  params: { slots: "u32" },
  bindings: { values: "read f32", keys: "write f32" },
  constants: {},
  workgroups: () => 1,
  twin: (_, { values, keys }) => keys.set(values.map((w) => 1 - w * w)),
});

const pruners: Pruner[] = [
  PRUNERS.set,
  PRUNERS.magnitude,
  { name: "all", scope: "network", count: ({ positive, negative, zero }) => Math.floor((positive + negative - zero) / 2) },
  {
    name: "largest",
    scope: "layer",
    count: ({ positive, negative }) => Math.floor((positive + negative) / 5),
    key: ({ layer: { blocks }, keys }) =>
      blocks.map(({ w, slots }, b) => squares.on({ params: { slots }, buffers: { values: w, keys: keys[b] } })),
  },
];

/** The masks of a network's layers; of an ensemble those of all members, of which the middle layer does not evolve. */
async function masksOf(pruner: Pruner, layers: readonly Float32Array[][]): Promise<(Uint32Array | null)[]> {
  const network = {
    layers: layers.map((parts) => {
      const { places, table } = stackSlots(parts.map(({ length }) => length));
      const w = device.createBuffer("w", "f32", concat(parts));
      const members = parts.length > 1 ? { places, table: device.createBuffer("places", "u32", table) } : null;
      return { blocks: [{ w, slots: w.length }], members };
    }),
  } as unknown as Network;
  const kinds = [(w: number) => w > 0, (w: number) => w < 0, (w: number) => w === 0, () => false];
  const options = {
    config: { zeta: 0.4, zetaSchedule: "constant" },
    pieces: { pruner },
    epoch: 2,
    epochs: 10,
    evolves: [true, false, true],
    firstConnections: [310, 100, 12],
    counts: layers.flat().flatMap((part) => kinds.map((is) => part.filter(is).length)),
  } as unknown as EvolveOptions;
  const scratch = createScratch(device);
  const masks = await prune(scratch, network, options);
  const read = await Promise.all(masks.map(async (mask) => mask && ((await device.read(mask))[0] as Uint32Array)));
  scratch.free();
  return read;
}

test.each(pruners.map((pruner) => [pruner.name, pruner] as const))(
  "pruner %s takes of each member of an ensemble what it takes of it alone",
  async (_, pruner) => {
    const stacked = await masksOf(pruner, values);
    for (const j of [0, 1, 2]) {
      const alone = await masksOf(
        pruner,
        values.map((members) => [members[j]]),
      );
      for (const [i, mask] of stacked.entries()) {
        const { places } = stackSlots(SIZES[i]);
        expect(mask && maskOf(mask, places[j], j)).toEqual(alone[i]);
      }
      expect(alone.map((mask) => mask !== null)).toEqual([true, false, true]);
    }
  },
);

test("weights of a member that are not finite are refused", async () => {
  const network = { layers: [{ blocks: [], members: { places: [1, 2] } }] } as unknown as Network;
  const options = { pieces: { pruner: PRUNERS.set }, evolves: [true], counts: [5, 5, 0, 0, 4, 4, 0, 2] };
  const pruned = prune(createScratch(device), network, options as unknown as EvolveOptions);
  await expect(pruned).rejects.toThrow("layer 0: 2 weights are not finite; nothing is pruned on them");
});
