import { expect, test } from "vitest";
import { relu } from "../../src/activations/relu.js";
import type { DeviceBuffer, TypedData } from "../../src/device/device.js";
import { type Place, placesTable } from "../../src/device/place.js";
import { runOnce } from "../../src/device/run-once.js";
import { DROPOUT } from "../../src/kernels/activation.js";
import { candidatesOf } from "../../src/kernels/candidates.js";
import { blockRows, createBlock, indexBlock } from "../../src/layers/block.js";
import { LAYER_KINDS } from "../../src/layers/index.js";
import type { LayerStep } from "../../src/layers/kind.js";
import type { Topology } from "../../src/sparse/topology.js";
import { random } from "../../src/util/random.js";
import { concat, devices, expectEqualBits, normals, type TestDevice } from "../kernels/harness.js";
import { MEMBER_SIZES, placesOf, stackSections, stackTopology } from "../kernels/members.js";
import { randomTopology } from "../kernels/problems.js";
import { RATES, ruleOf } from "../kernels/rules.js";
import { gpuMatrixTest } from "../matrix.js";

const BATCH = 8;

/** A layer before its step, of a network or of several that are stacked. */
interface Given {
  readonly in: number;
  readonly out: number;
  readonly topology: Topology | null;
  readonly values: Float32Array;
  readonly bias: Float32Array;
  readonly x: Float32Array;
  readonly dy: Float32Array;
}

/** What one step makes of a layer: forward with dropout, backward through the layer below and its dropout, and the update. */
async function step({ device }: TestDevice, { values, bias, x, dy, ...layer }: Given, places: readonly Place[]) {
  const buffers: DeviceBuffer[] = [];
  const make = (name: string, type: "f32" | "u32", initial: TypedData | number) => {
    const buffer = device.createBuffer(name, type, initial);
    buffers.push(buffer);
    return buffer;
  };
  const ensemble = places.length > 1;
  const [range] = blockRows(layer, device.limits.bindingBytes, ensemble ? places : []);
  const block = createBlock(device, "layer", indexBlock(device, layer, range, true, ensemble ? places : []), 1);
  device.write(block.w, values);
  const { optimiser, params: hyper } = ruleOf("momentum");
  const dropout = { DROPOUT: DROPOUT.inverted, threshold: 2 ** 31, keepScale: 2 };
  const response = { activation: relu, alpha: 0.25, savesZ: false };
  const shape = { rows: 35, cols: 40, nnz: block.topology ? 300 : 1400, quads: BATCH / 4, software: true };
  const of: LayerStep = {
    in: layer.in,
    out: layer.out,
    quads: BATCH / 4,
    params: { bias: make("bias", "f32", concat([bias, new Float32Array(bias.length)])) },
    gradients: {},
    x: make("x", "f32", x),
    y: make("y", "f32", BATCH * layer.out),
    dy: make("dy", "f32", dy),
    dx: make("dx", "f32", BATCH * layer.in),
    training: true,
    cursor: make("cursor", "u32", Uint32Array.of(0, BATCH, 3, 0)),
    rates: make("rates", "f32", Float32Array.of(...RATES, 0)),
    blocks: [block],
    members: ensemble ? { places, table: make("places", "u32", placesTable(places)) } : null,
    variant: (kernel) => candidatesOf(kernel, shape)[0],
    response,
    dropout: { ...dropout, stream: places[0].stream },
    below: { response, dropout: { ...dropout, stream: places[0].streamBelow }, saved: make("saved", "f32", x) },
    z: null,
    zScale: 1,
    partial: null,
    optimiser,
    hyper,
  };
  const kind = layer.topology ? LAYER_KINDS.sparse : LAYER_KINDS.dense;
  await runOnce(device, [...kind.forward(of), ...kind.backward(of), ...(kind.update?.(of) ?? [])]);
  const [y, dx, w, m, trained] = await device.read([of.y, of.dx, block.w, block.kept[0], of.params.bias] as DeviceBuffer[]);
  device.destroyBuffers([...buffers, block.w, ...block.kept, block.rowPtr, block.colIdx, block.colPtr, block.rowIdx, block.perm]);
  return { y, dx, w, m, bias: trained as Float32Array };
}

const all = (await devices()).filter(({ f64 }) => !f64);

for (const on of all) {
  gpuMatrixTest(on).each(["sparse", "dense"] as const)(
    `on ${on.name} each member of a %s layer has the bits that it has alone`,
    async (kind) => {
      const places = placesOf(MEMBER_SIZES);
      const members = places.map(({ rows, cols }, j): Given => {
        const rng = random(j, "members");
        const topology = kind === "sparse" ? randomTopology(rng, rows, cols, 0.25) : null;
        const draw = (n: number) => normals(rng, n);
        const values = draw(topology?.nnz ?? rows * cols);
        return { in: cols, out: rows, topology, values, bias: draw(rows), x: draw(BATCH * cols), dy: draw(BATCH * rows) };
      });
      const part = (name: "values" | "bias" | "x" | "dy") => concat(members.map((given) => given[name]));
      const topology = kind === "sparse" ? stackTopology(members.map((given) => given.topology as Topology)) : null;
      const stack = { in: 80, out: 83, topology, values: part("values"), bias: part("bias"), x: part("x"), dy: part("dy") };
      const together = await step(on, stack, places);
      const alone = [];
      for (const [j, given] of members.entries()) alone.push(await step(on, given, [places[j]]));
      for (const name of ["y", "dx", "w", "m"] as const)
        expectEqualBits(together[name], concat(alone.map((one) => one[name] as Float32Array)), name);
      expectEqualBits(
        together.bias,
        stackSections(
          alone.map(({ bias }) => bias),
          2,
        ),
        "bias",
      );
    },
  );
}

test("members that no binding holds together are refused, with how many it does", () => {
  const places = placesOf(MEMBER_SIZES); // 1,400, 21 and 1,485 connections
  const layer = { in: 80, out: 83, topology: null };
  expect(blockRows(layer, 4 * 2906, places)).toEqual([[0, 83]]);
  const refusal = "ensemble: 3 members have 2906 connections in a layer, the device binds at most";
  expect(() => blockRows(layer, 4 * 2905, places)).toThrow(`${refusal} 2905; train the members one after another`);
  const six = [...places, ...places].map((place) => ({ ...place, slots: 1400 }));
  expect(() => blockRows(layer, 4 * 8000, six)).toThrow("train at most 5 members together");
});
