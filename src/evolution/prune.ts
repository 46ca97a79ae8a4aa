import type { Device, DeviceBuffer } from "../device/device.js";
import { runOnce } from "../device/run-once.js";
import { countSigns } from "../kernels/count-signs.js";
import type { Network } from "../nn/network.js";
import { check, isRecord } from "../util/check.js";
import { checkDispatches } from "./check-dispatches.js";
import { zetaAt } from "./config.js";
import type { EvolveOptions } from "./evolve-options.js";
import type { PruneCount, PruneQuestion, Pruner } from "./pruners/pruner.js";
import { markSurvivors } from "./select-smallest.js";

/** The keys of a layer's connections, a buffer for each row block, and how many are positive, negative, zero, not finite. */
interface Keyed {
  readonly index: number;
  readonly keys: readonly DeviceBuffer[];
  readonly counts: readonly number[];
}

/**
 * Prunes every layer that evolves: marks what survives, in a mask for each row block (see `markSurvivors`), which the caller destroys; null for
 * a layer that is not pruned.
 */
export async function prune(
  device: Device,
  network: Network,
  options: EvolveOptions,
): Promise<(readonly DeviceBuffer[] | null)[]> {
  const { pieces, counts } = options;
  const { pruner } = pieces;
  const masks: (readonly DeviceBuffer[] | null)[] = network.layers.map(() => null);
  if (!pruner.count) return masks;
  const pruned = [...network.layers.entries()].filter(([i]) => options.evolves[i]);
  const weights = pruned.map(([index, { blocks }]): Keyed => {
    const own = Array.from({ length: 4 }, (_, j) => counts[4 * index + j]);
    check(own[3] === 0, `layer ${index}`, () => `${own[3]} weights are not finite; nothing is pruned on them`);
    return { index, keys: blocks.map(({ w }) => w), counts: own };
  });
  const keyed = pruner.key ? await makeKeys(device, network, weights, options) : weights;
  const groups = pruner.scope === "network" ? [keyed].filter(({ length }) => length > 0) : keyed.map((layer) => [layer]);
  await Promise.all(
    groups.map(async (group) => {
      const keys = group.flatMap((layer) => layer.keys);
      const marked = await markSurvivors(device, keys, countFrom(pruner, question(group, options)));
      let at = 0;
      for (const { index, keys } of group) {
        masks[index] = marked.slice(at, at + keys.length);
        at += keys.length;
      }
    }),
  );
  if (pruner.key) device.destroyBuffers(keyed.flatMap(({ keys }) => keys));
  return masks;
}

/** Has the pruner write its keys, and counts them. */
async function makeKeys(
  device: Device,
  { layers }: Network,
  weights: readonly Keyed[],
  { pieces: { pruner }, seed, epoch }: EvolveOptions,
): Promise<Keyed[]> {
  const signs = device.createBuffer("signs", "u32", Math.max(1, 4 * weights.length));
  const keyed = weights.map(({ index, keys: { length } }) => {
    const { blocks } = layers[index];
    return { index, keys: Array.from({ length }, (_, b) => device.createBuffer(`keys${index}.${b}`, "f32", blocks[b].slots)) };
  });
  await runOnce(device, [
    ...keyed.flatMap(({ index, keys }) =>
      checkDispatches(pruner.key?.({ index, layer: layers[index], keys, seed, epoch }), `pruner ${pruner.name}, layer ${index}`),
    ),
    ...keyed.flatMap(({ keys }, i) =>
      keys.map((values) =>
        countSigns.on({ params: { slots: values.length, at: 4 * i }, buffers: { values, counts: signs, places: null } }),
      ),
    ),
  ]);
  const [counts] = await device.read([signs]);
  device.destroyBuffers([signs]);
  return keyed.map(({ index, keys }, i) => {
    const own = Array.from(counts.slice(4 * i, 4 * i + 4));
    check(own[3] === 0, `pruner ${pruner.name}`, () => `${own[3]} keys of layer ${index} are not finite`);
    return { index, keys, counts: own };
  });
}

/** What is asked of a pruner for layers that are compared with one another. */
function question(group: readonly Keyed[], { config, epoch, epochs, firstConnections }: EvolveOptions): PruneQuestion {
  const sum = (of: (layer: Keyed) => number) => group.reduce((total, layer) => total + of(layer), 0);
  return {
    positive: sum(({ counts }) => counts[0]),
    negative: sum(({ counts }) => counts[1]),
    zero: sum(({ counts }) => counts[2]),
    first: sum(({ index }) => firstConnections[index]),
    zeta: zetaAt(config, epoch, epochs),
    progress: epoch / epochs,
  };
}

/** What the pruner answers, checked: as many as there are at most, for each sign where it compares signs. */
function countFrom({ name, scope, count }: Pruner, asked: PruneQuestion): PruneCount | number {
  const answer = count?.(asked);
  const { positive, negative } = asked;
  const fits = (part: number, most: number) => Number.isInteger(part) && part >= 0 && part <= most;
  const right =
    typeof answer === "number"
      ? scope !== "sign" && fits(answer, positive + negative)
      : scope === "sign" && isRecord(answer) && fits(answer.positive, positive) && fits(answer.negative, negative);
  check(right && answer !== undefined, `pruner ${name}`, () => {
    const form = scope === "sign" ? "{ positive, negative }, each at most as many as there are" : "a whole number of at most all";
    return `it prunes ${typeof answer === "object" ? JSON.stringify(answer) : answer} of ${positive} positive and ${negative} negative keys; with scope ${scope} give ${form}`;
  });
  return answer;
}
