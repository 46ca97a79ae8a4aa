import type { Device, DeviceBuffer } from "../device/device.js";
import type { Place } from "../device/place.js";
import { runOnce } from "../device/run-once.js";
import type { Scratch } from "../device/scratch.js";
import { countOf } from "../layers/members.js";
import { layerTopology } from "../nn/layer.js";
import type { Network } from "../nn/network.js";
import { memberTopology } from "../nn/stack.js";
import { maskStart } from "../sparse/marks.js";
import type { Topology } from "../sparse/topology.js";
import { check, isList, isRecord } from "../util/check.js";
import { joinArrays } from "../util/join-arrays.js";
import { random } from "../util/random.js";
import { shown } from "../util/shown.js";
import { checkDispatches } from "./check-dispatches.js";
import { zetaAt } from "./config.js";
import type { EvolveOptions } from "./evolve-options.js";
import type { PruneCount, PruneQuestion, Pruner } from "./pruners/pruner.js";
import { countDispatch, markSurvivors } from "./select-smallest.js";

/** The keys of a layer's connections, a buffer for each row block, and how many of each member are positive, negative, zero, not finite. */
interface Keyed {
  readonly index: number;
  readonly keys: readonly DeviceBuffer[];
  readonly counts: readonly (readonly number[])[];
}

/**
 * Prunes every layer that evolves: marks what survives, in a mask for each row block of the scratch (see `markSurvivors`); null
 * for a layer that is not pruned. Of an ensemble each member is pruned for itself; `maskOf` finds its marks.
 */
export async function prune(
  scratch: Scratch,
  network: Network,
  options: EvolveOptions,
): Promise<(readonly DeviceBuffer[] | null)[]> {
  const { device } = scratch;
  const { pruner } = options.pieces;
  const members = countOf(network.layers[0].members);
  const masks: (readonly DeviceBuffer[] | null)[] = network.layers.map(() => null);
  if (!pruner.count) return masks;
  const pruned = [...network.layers.entries()].filter(([i]) => options.evolves[i]);
  const weights = pruned.map(([index, { blocks }]): Keyed => {
    const counts = countsOf(options.counts, index, members);
    const bad = notFinite(counts);
    check(bad === 0, `layer ${index}`, () => `${bad} weights are not finite; nothing is pruned on them`);
    return { index, keys: blocks.map(({ w }) => w), counts };
  });
  const make = pruner.key ? makeKeys : pruner.rank && rankKeys;
  const keyed = make ? await make(device, network, weights, options) : weights;
  const groups = pruner.scope === "network" ? [keyed].filter(({ length }) => length > 0) : keyed.map((layer) => [layer]);
  await Promise.all(
    groups.map(async (group) => {
      const keys = group.flatMap((layer) => layer.keys);
      const asked = Array.from({ length: members }, (_, j) => countFrom(pruner, question(group, j, options)));
      const places = group.flatMap(({ index }) => network.layers[index].members ?? []);
      const marked = await markSurvivors(scratch, `prune.${group[0].index}`, keys, asked, places);
      let at = 0;
      for (const { index, keys } of group) {
        masks[index] = marked.slice(at, at + keys.length);
        at += keys.length;
      }
    }),
  );
  if (make) device.destroyBuffers(keyed.flatMap(({ keys }) => keys));
  return masks;
}

/** The marks of member j of an ensemble, of its slots from 0, in the mask of a layer. */
export function maskOf(mask: Uint32Array, { slotStart, slots }: Place, member: number): Uint32Array {
  const start = maskStart(slotStart, member);
  return mask.subarray(start, start + Math.ceil(slots / 32));
}

/** The four counts of each member, of the layer that is the index-th in `counts`. */
function countsOf(counts: ArrayLike<number>, index: number, members: number): number[][] {
  return Array.from({ length: members }, (_, j) => [0, 1, 2, 3].map((kind) => counts[4 * (index * members + j) + kind]));
}

const notFinite = (counts: readonly (readonly number[])[]) => counts.reduce((sum, own) => sum + own[3], 0);

/** Has the pruner write its keys, and counts them. */
async function makeKeys(
  device: Device,
  { layers }: Network,
  weights: readonly Keyed[],
  { pieces: { pruner }, seed, epoch }: EvolveOptions,
): Promise<Keyed[]> {
  const members = countOf(layers[0].members);
  const signs = device.createBuffer("signs", "u32", Math.max(1, 4 * members * weights.length));
  const keyed = weights.map(({ index, keys: { length } }) => {
    const { blocks } = layers[index];
    return { index, keys: Array.from({ length }, (_, b) => device.createBuffer(`keys${index}.${b}`, "f32", blocks[b].slots)) };
  });
  await runOnce(device, [
    ...keyed.flatMap(({ index, keys }) =>
      checkDispatches(pruner.key?.({ index, layer: layers[index], keys, seed, epoch }), `pruner ${pruner.name}, layer ${index}`),
    ),
    ...keyed.flatMap(({ index, keys }, i) =>
      keys.map((values) => countDispatch(values, layers[index].members, signs, 4 * members * i)),
    ),
  ]);
  const [read] = await device.read([signs]);
  device.destroyBuffers([signs]);
  return keyed.map(({ index, keys }, i) => {
    const counts = countsOf(read, i, members);
    const bad = notFinite(counts);
    check(bad === 0, `pruner ${pruner.name}`, () => `${bad} keys of layer ${index} are not finite`);
    return { index, keys, counts };
  });
}

/** Has the pruner make its keys of the weights on the host, each member's as those of the member alone. */
async function rankKeys(
  device: Device,
  { layers, seeds }: Network,
  weights: readonly Keyed[],
  { pieces: { pruner }, seed, epoch, epochs }: EvolveOptions,
): Promise<Keyed[]> {
  const read = await device.read(weights.flatMap(({ keys }) => keys));
  return weights.map(({ index }) => {
    const { blocks, members } = layers[index];
    const topology = layerTopology(layers[index]) as Topology;
    const values = joinArrays(read.splice(0, blocks.length) as Float32Array[]);
    const ranked = new Float32Array(values.length);
    const counts = (members?.places ?? [null]).map((place, j) => {
      const [from, slots] = place ? [place.slotStart, place.slots] : [0, values.length];
      const rng = random(place ? seeds[j] : seed, "prune", index, epoch);
      const own = { values: values.subarray(from, from + slots), topology: place ? memberTopology(topology, place) : topology };
      const keys = pruner.rank?.({ ...own, rng, progress: epoch / epochs });
      const where = `pruner ${pruner.name}, layer ${index}`;
      check(isList(keys) && keys.length === slots, where, () => `gives ${shown(keys)} as keys, expected a list of ${slots}`);
      ranked.set(keys, from);
      return countSigns(ranked.subarray(from, from + slots), where);
    });
    const buffers = blocks.map(({ slotStart, slots }, b) =>
      device.createBuffer(`keys${index}.${b}`, "f32", ranked.subarray(slotStart, slotStart + slots)),
    );
    return { index, keys: buffers, counts };
  });
}

/** How many keys are positive, negative, zero. Throws where one is not finite. */
function countSigns(keys: Float32Array, where: string): number[] {
  const counts = [0, 0, 0, 0];
  for (const key of keys) counts[key > 0 ? 0 : key < 0 ? 1 : key === 0 ? 2 : 3]++;
  const bad = keys.findIndex((key) => !Number.isFinite(key));
  check(bad < 0, where, () => `the key of connection ${bad} is ${keys[bad]}, expected a finite number`);
  return counts;
}

/** So that a whole number of connections which is to go is not taken for a little less. */
const ROUNDING = 1e-12;

/** What is asked of a pruner for a member's layers that are compared with one another. */
function question(
  group: readonly Keyed[],
  member: number,
  { config, epoch, epochs, firstConnections, goals }: EvolveOptions,
): PruneQuestion {
  const sum = (of: (layer: Keyed) => number) => group.reduce((total, layer) => total + of(layer), 0);
  const zeta = zetaAt(config, epoch, epochs);
  const before = sum(({ counts }) => counts[member][0] + counts[member][1] + counts[member][2]);
  const goal = goals ? sum(({ index }) => goals[index]) : before;
  const kept = goal / before;
  return {
    positive: sum(({ counts }) => counts[member][0]),
    negative: sum(({ counts }) => counts[member][1]),
    zero: sum(({ counts }) => counts[member][2]),
    first: sum(({ index }) => firstConnections[index]),
    zeta: kept < 1 ? Math.min(1, 1 - (1 - zeta) * kept + ROUNDING) : zeta,
    ...(goal < before && { due: before - goal }),
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
