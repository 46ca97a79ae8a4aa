import { expect, test } from "vitest";
import { defineKernel, PRUNERS, type Pruner } from "../../src/api/extend.js";
import { createCpuDevice } from "../../src/api/index.js";
import type { NetworkState } from "../../src/api/io.js";
import { connectionsOf, DEVICES, expectHandedIn, trainEvolved } from "./trained.js";

/** keys[k] = values[k] (1 + (slotStart + k) mod 3): some connections count more than others. */
const weighted = defineKernel({
  name: "weighted-keys",
  wgsl: `
override WG: u32 = 64;
struct Params { slots: u32, slotStart: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> values: array<f32>;
@group(0) @binding(2) var<storage, read_write> keys: array<f32>;
@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let k = (id.y * groups.x + id.x) * WG + local;
  if (k < params.slots) { keys[k] = values[k] * f32(1u + (params.slotStart + k) % 3u); }
}`,
  params: { slots: "u32", slotStart: "u32" },
  bindings: { values: "read f32", keys: "write f32" },
  constants: { WG: 64 },
  workgroups: ({ slots }, { WG }) => Math.ceil(slots / WG),
  twin({ slots, slotStart }, { values, keys }) {
    for (let k = 0; k < slots; k++) keys[k] = Math.fround(values[k] * (1 + ((slotStart + k) % 3)));
  },
});

const WEIGHTED = ({ params: { values } }: NetworkState["layers"][number]) =>
  [...values].map((w, k) => Math.fround(w * (1 + (k % 3))));
const MAGNITUDE = ({ params: { values } }: NetworkState["layers"][number]) => [...values];

/** A fifth of each sign, by weighted keys. */
const bySign: Pruner = {
  name: "weighted",
  scope: "sign",
  count: ({ positive, negative }) => ({ positive: Math.floor(positive / 5), negative: Math.floor(negative / 5) }),
  key: ({ layer, keys }) =>
    layer.blocks.map(({ slots, slotStart, w }, b) =>
      weighted.on({ params: { slots, slotStart }, buffers: { values: w, keys: keys[b] } }),
    ),
};

/** A fraction of all layers together that the number of connections at the start fixes. */
const half: Pruner = { name: "half", scope: "network", count: ({ first, zeta }) => Math.floor((zeta * first) / 2) };

/** Cells by what is compared: those of the smallest keys leave. */
function leaving(before: NetworkState, keysOf: typeof MAGNITUDE, pruner: Pruner, zeta: number): Set<string> {
  const all = before.layers.flatMap((layer, i) => {
    const cells = [...connectionsOf(before, i).keys()];
    return keysOf(layer).map((key, k) => ({ cell: `${i}:${cells[k]}`, key, i }));
  });
  const zeros = all.filter(({ key }) => key === 0).map(({ cell }) => cell);
  const smallest = (list: typeof all, count: number) =>
    list
      .filter(({ key }) => key !== 0)
      .sort((a, b) => Math.abs(a.key) - Math.abs(b.key))
      .slice(0, count);
  if (pruner.scope === "network")
    return new Set([...zeros, ...smallest(all, Math.floor((zeta * all.length) / 2)).map(({ cell }) => cell)]);
  const classes = before.layers.flatMap((_, i) => [
    all.filter((entry) => entry.i === i && entry.key > 0),
    all.filter((entry) => entry.i === i && entry.key < 0),
  ]);
  return new Set([...zeros, ...classes.flatMap((list) => smallest(list, Math.floor(list.length / 5))).map(({ cell }) => cell)]);
}

test.each(DEVICES)("pruners by keys of their own, and over all layers, prune what a sort prunes on %s", async (_, open) => {
  const device = await open();
  for (const [prune, keysOf] of [
    [bySign, WEIGHTED],
    [half, MAGNITUDE],
  ] as const) {
    const evolved = await trainEvolved(device, { method: "set", evolution: { prune, zeta: 0.4 } });
    for (const { before, after, records } of evolved) {
      const gone = leaving(before, keysOf, prune, 0.4);
      expect(records.reduce((sum, { pruned }) => sum + pruned, 0)).toBe(gone.size);
      for (const i of before.layers.keys()) {
        const [old, now] = [connectionsOf(before, i), connectionsOf(after, i)];
        for (const [cell, values] of old)
          expect(Object.is(now.get(cell)?.[0], values[0]), `${i}:${cell}`).toBe(!gone.has(`${i}:${cell}`));
      }
    }
  }
  await device.dispose();
});

test("a checkpoint of a pruner is read where it is handed in", async () => {
  const method = "set";
  await expectHandedIn(
    createCpuDevice(),
    { method, evolution: { prune: bySign } },
    { method },
    `resume: pruner: "weighted" is not built in (${Object.keys(PRUNERS).join(", ")}); hand it in as evolution.prune, an object of that name`,
  );
});

test("a pruner that takes more than there is, or other than by its scope, is refused by its name", async () => {
  const device = createCpuDevice({ threads: 1 });
  const run = (count: Pruner["count"], scope: Pruner["scope"]) =>
    trainEvolved(device, { method: "set", evolution: { prune: { name: "odd", scope, count } } });
  await expect(run(({ positive, negative }) => positive + negative + 1, "layer")).rejects.toThrow("pruner odd: it prunes ");
  await expect(run(() => 1, "sign")).rejects.toThrow(
    "with scope sign give { positive, negative }, each at most as many as there are",
  );
  await expect(run(() => ({ positive: 1, negative: 1 }), "network")).rejects.toThrow("with scope network give a whole number");
  await expect(run(() => 0.5, "layer")).rejects.toThrow("pruner odd: it prunes 0.5 of ");
  await expect(run(() => Number.NaN, "layer")).rejects.toThrow("pruner odd: it prunes NaN of ");
  await expect(run(() => -1, "network")).rejects.toThrow("pruner odd: it prunes -1 of ");
  await expect(run(() => undefined as never, "layer")).rejects.toThrow("pruner odd: it prunes undefined of ");
  await expect(run(() => null as never, "sign")).rejects.toThrow("pruner odd: it prunes null of ");
  const keyless: Pruner = { name: "odd", scope: "layer", count: () => 1, key: () => [] };
  await expect(trainEvolved(device, { method: "set", evolution: { prune: keyless } })).rejects.toThrow(
    "pruner odd, layer 0: gives [] as dispatches",
  );
});
