import type { DeviceBuffer } from "../device/device.js";
import type { Dispatch } from "../device/kernel.js";
import type { Scratch } from "../device/scratch.js";
import { isOwn } from "../layers/kind.js";
import type { Layer } from "../nn/layer.js";
import type { Network } from "../nn/network.js";
import { select } from "../sparse/remove.js";
import { fanIn, fanOut } from "../sparse/topology.js";
import { check, isList } from "../util/check.js";
import { random } from "../util/random.js";
import { shown } from "../util/shown.js";
import { checkDispatches } from "./check-dispatches.js";
import type { RemovalConfig } from "./config.js";
import type { EvolveOptions } from "./evolve-options.js";
import type { GradientProbe } from "./gradient-probe.js";
import { removalDue, removedTarget } from "./neurons.js";
import type { Pruned } from "./remains.js";
import { REMOVAL_SCHEDULES } from "./schedules.js";
import type { Scorer } from "./scorers/scorer.js";

/** Masks of what survives in the row blocks of each layer; null where all does. */
type Masks = readonly (readonly DeviceBuffer[] | null)[];

/** The removal that takes place now; null where neurons stay. */
export function dueRemoval({ config: { removal }, epoch }: EvolveOptions): RemovalConfig | null {
  return removal && removalDue(removal, epoch) ? removal : null;
}

/** Scores the neurons of every hidden layer by what survives pruning: a buffer of the scratch for each; none for scores that are drawn. */
export async function scoreNeurons(
  scratch: Scratch,
  { layers }: Network,
  survivors: Masks,
  scorer: Scorer | null,
): Promise<DeviceBuffer[]> {
  if (!scorer?.dispatches) return [];
  const scores = layers.slice(0, -1).map((layer, i) => scratch.buffer(`scores${i}`, "f32", layer.out));
  const dispatches = scoreDispatches(layers, survivors, scorer, scores);
  const uses = dispatches.flatMap(({ kernel, params, buffers, constants, pieces = {} }) => [
    kernel,
    ...[params, buffers, constants, pieces].flatMap((part) => Object.entries(part).flat()),
  ]);
  await scratch.run("scores", uses, () => dispatches); // a scorer of one's own may make others each time
  return scores;
}

/** The dispatches of `scoreNeurons`, which write to `scores`, a buffer for each hidden layer. */
export function scoreDispatches(
  layers: readonly Layer[],
  survivors: Masks,
  scorer: Scorer | null,
  scores: readonly DeviceBuffer[],
): Dispatch[] {
  const part = (i: number) => ({ layer: layers[i], survivors: survivors[i] });
  if (!scorer?.dispatches) return [];
  const { name } = scorer;
  return scores.flatMap((buffer, i) => {
    if (isOwn(layers[i].kind)) return [];
    const question = { incoming: part(i), outgoing: part(nextWeights(layers, i)), scores: buffer };
    return checkDispatches(scorer.dispatches?.(question), `scorer ${name}, layer ${i}`);
  });
}

/** Scores of every hidden layer's neurons by what the network does with samples, of one network or member; null of scorers that go by something else. */
export async function measureNeurons(
  layers: readonly Pick<Layer, "out" | "kind">[],
  pruned: readonly (Pruned | null)[],
  { pieces: { scorer } }: EvolveOptions,
  probe: GradientProbe,
): Promise<ArrayLike<number>[] | null> {
  if (!scorer?.measure) return null;
  return Promise.all(
    layers.slice(0, -1).map(async ({ out, kind }, layer) => {
      const asked = { layer, neurons: out, incoming: pruned[layer], probe };
      return isOwn(kind) ? [] : ((await scorer.measure?.(asked)) ?? []);
    }),
  );
}

/** The first layer above layer `index` that has weights: neurons of kinds between them are those of the layer below. */
function nextWeights(layers: readonly Pick<Layer, "kind">[], index: number): number {
  let next = index + 1;
  while (isOwn(layers[next].kind)) next++;
  return next;
}

/** The output neurons of every layer that stay, increasing; of hidden layers those that the schedule and `scores` leave. */
export function keepNeurons(
  layers: readonly Pick<Layer, "out" | "kind">[],
  pruned: readonly (Pruned | null)[],
  scores: readonly ArrayLike<number>[],
  options: EvolveOptions,
): Uint32Array[] {
  const removal = dueRemoval(options);
  const { pieces, firstSizes, seed, epoch } = options;
  const livingOf = (out: number, i: number) => {
    if (!removal || i === layers.length - 1) return allOf(out);
    const drawn = pieces.scorer?.draw?.(out, random(seed, "removal", i, epoch)) ?? scores[i];
    checkScores(drawn, out, `scorer ${pieces.scorer?.name}, layer ${i}`);
    const n0 = firstSizes[i + 1];
    const { leaving } = REMOVAL_SCHEDULES[removal.schedule];
    const due = leaving?.(removal, drawn) ?? removedTarget(removal, n0, out, epoch) - (n0 - out);
    return livingNeurons(drawn, unconnectedNeurons(pruned[i], pruned[nextWeights(layers, i)], out), due, removal.floor);
  };
  const keep: Uint32Array[] = [];
  for (const [i, { out, kind }] of layers.entries()) {
    const below = kind.outputs ? undefined : keep[i - 1];
    keep.push(isOwn(kind) ? (below ?? allOf(out)) : livingOf(out, i));
  }
  return keep;
}

function checkScores(scores: ArrayLike<number>, neurons: number, where: string): void {
  check(isList(scores) && scores.length === neurons, where, () => `gives ${shown(scores)}, expected ${neurons} scores`);
  const bad = Array.prototype.findIndex.call(scores, (score) => !Number.isFinite(score));
  check(bad < 0, where, () => `the score of neuron ${bad} is ${shown(scores[bad])}, expected a finite number`);
}

/**
 * The neurons that stay, increasing. `due` of them leave: first those that are unconnected (no input or no output connection), which
 * all go even beyond `due`, then the lowest scores, the lowest index first among equals; at least `floor` stay.
 */
export function livingNeurons(
  scores: ArrayLike<number>,
  unconnected: ArrayLike<number>,
  due: number,
  floor: number,
): Uint32Array {
  const count = scores.length;
  const order = Array.from({ length: count }, (_, i) => i);
  order.sort((a, b) => unconnected[b] - unconnected[a] || scores[a] - scores[b] || a - b);
  let dead = 0;
  for (let i = 0; i < count; i++) dead += unconnected[i];
  const leaving = Math.min(Math.max(due, dead), Math.max(0, count - floor));
  return Uint32Array.from(order.slice(leaving)).sort();
}

/** 1 for every neuron of a hidden layer that has no input or no output connection left, else 0; a dense layer (null) connects everything. */
function unconnectedNeurons(incoming: Pruned | null, outgoing: Pruned | null, neurons: number): Uint8Array {
  const ins = incoming && fanIn(select(incoming.topology, incoming.survivors).topology);
  const outs = outgoing && fanOut(select(outgoing.topology, outgoing.survivors).topology);
  return Uint8Array.from({ length: neurons }, (_, n) => (ins?.[n] === 0 || outs?.[n] === 0 ? 1 : 0));
}

/** The indices of so many neurons. */
export function allOf(count: number): Uint32Array {
  const all = new Uint32Array(count); // filled by a loop: Uint32Array.from takes tens of times as long
  for (let i = 0; i < count; i++) all[i] = i;
  return all;
}
