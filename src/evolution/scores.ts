import type { Device, DeviceBuffer } from "../device/device.js";
import type { Dispatch } from "../device/kernel.js";
import { score } from "../kernels/score.js";
import type { Block, Layer } from "../nn/layer.js";
import type { Network } from "../nn/network.js";
import type { RemovalConfig } from "./config.js";

/**
 * Scores the neurons of every hidden layer by what survives pruning: strength = sum of |w| over inputs + over outputs, strength-in,
 * strength-out, or degree (connections instead of |w|). `survivors[i]` holds a bit mask for each block of layer i, or null where all survive.
 * Returns one buffer a hidden layer, which the caller destroys.
 */
export async function scoreNeurons(
  device: Device,
  { layers }: Network,
  survivors: readonly (readonly DeviceBuffer[] | null)[],
  kind: RemovalConfig["score"],
): Promise<DeviceBuffer[]> {
  const scores = layers.slice(0, -1).map((layer, i) => device.createBuffer(`scores${i}`, "f32", layer.out));
  const plan = await device.record(scoreDispatches(layers, survivors, kind, scores));
  await device.run(plan);
  device.releasePlan(plan);
  return scores;
}

/** The dispatches of `scoreNeurons`, which write to `scores`, a buffer for each hidden layer. */
export function scoreDispatches(
  layers: readonly Layer[],
  survivors: readonly (readonly DeviceBuffer[] | null)[],
  kind: RemovalConfig["score"],
  scores: readonly DeviceBuffer[],
): Dispatch[] {
  const DEGREE = kind === "degree" ? 1 : 0;
  return scores.flatMap((buffer, i) => [
    ...(kind === "strength-out" ? [] : inputs(layers[i], survivors[i], buffer, DEGREE)),
    ...(kind === "strength-in" ? [] : outputs(layers[i + 1], survivors[i + 1], buffer, DEGREE, kind === "strength-out" ? 0 : 1)),
  ]);
}

/** Each row block scores its own rows. */
function inputs(layer: Layer, survivors: readonly DeviceBuffer[] | null, scores: DeviceBuffer, DEGREE: number): Dispatch[] {
  return layer.blocks.map((block, b) => {
    const params = { neurons: block.rows, rowStart: block.rowStart, length: layer.in, strideI: layer.in, strideJ: 1 };
    const buffers = { starts: block.rowPtr, perm: null, values: block.w, survivors: survivors?.[b] ?? null, scores };
    return score.on({ params, buffers, constants: { DEGREE, ...variant(layer, survivors) } });
  });
}

/** The next layer's columns; its row blocks add up, one after another. */
function outputs(
  next: Layer,
  survivors: readonly DeviceBuffer[] | null,
  scores: DeviceBuffer,
  DEGREE: number,
  ADD: number,
): Dispatch[] {
  return next.blocks.map((block: Block, b) => {
    const params = { neurons: next.in, rowStart: 0, length: block.rows, strideI: 1, strideJ: next.in };
    const buffers = { starts: block.colPtr, perm: block.perm, values: block.w, survivors: survivors?.[b] ?? null, scores };
    return score.on({ params, buffers, constants: { DEGREE, PERM: 1, ADD: b > 0 ? 1 : ADD, ...variant(next, survivors) } });
  });
}

function variant(layer: Layer, survivors: readonly DeviceBuffer[] | null) {
  return { DENSE: layer.sparse ? 0 : 1, USE_MASK: survivors ? 1 : 0 };
}
