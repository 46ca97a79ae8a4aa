import { expect, test } from "vitest";
import type { GradientProbe } from "../../src/evolution/gradient-probe.js";
import { SCORERS } from "../../src/evolution/scorers/index.js";
import type { MeasureQuestion } from "../../src/evolution/scorers/scorer.js";
import { isMarked, setMark } from "../../src/sparse/marks.js";
import type { Cells } from "../../src/sparse/place.js";
import type { Topology } from "../../src/sparse/topology.js";
import { trainConfig } from "../../src/train/config.js";
import { random } from "../../src/util/random.js";
import { EVERY_DEVICE, trainEvolved } from "../extend/trained.js";
import { matrixTest } from "../matrix.js";
import { topologyOf } from "../sparse/cells.js";

// Scorers that go by samples. That the probe's gradients and zeros are true: gradient-probe.test.ts.

const [ROWS, COLS] = [7, 11];
const rng = random(5, "scorers");
const cells = Array.from({ length: ROWS }, () => Array.from({ length: COLS }, () => rng.below(3) === 0));
const sizes = Array.from({ length: ROWS * COLS }, (_, cell) => ((cell * 29) % 79) + 1); // |gradient|, no two alike

/** The free cells of the largest gradients, sorted by them. */
async function largest(_layer: number, { rows, cols, rowPtr, colIdx }: Topology, count: number): Promise<Cells> {
  const taken = new Set<number>();
  for (let row = 0; row < rows; row++) for (let k = rowPtr[row]; k < rowPtr[row + 1]; k++) taken.add(row * cols + colIdx[k]);
  const free = [...sizes.keys()].filter((cell) => !taken.has(cell)).sort((a, b) => sizes[b] - sizes[a]);
  const best = free.slice(0, count);
  return {
    rowIdx: Uint32Array.from(best, (cell) => Math.floor(cell / cols)),
    colIdx: Uint32Array.from(best, (cell) => cell % cols),
  };
}

test("ablation counts the inputs that survive and the cells of the largest gradients, as many as were pruned", async () => {
  const topology = topologyOf(cells);
  const survivors = new Uint32Array(Math.ceil(topology.nnz / 32));
  for (let k = 0; k < topology.nnz; k++) if (k % 4 > 0) setMark(survivors, k);
  const asked = { layer: 0, neurons: ROWS, incoming: { topology, survivors }, probe: { largest } as unknown as GradientProbe };
  const found = (await SCORERS.ablation.measure?.(asked as MeasureQuestion)) ?? [];
  const living = new Set<number>();
  const salient = new Array<number>(ROWS).fill(0);
  for (let row = 0; row < ROWS; row++)
    for (let k = topology.rowPtr[row]; k < topology.rowPtr[row + 1]; k++)
      if (isMarked(survivors, k)) {
        living.add(row * COLS + topology.colIdx[k]);
        salient[row]++;
      }
  const others = [...sizes.keys()].filter((cell) => !living.has(cell)).sort((a, b) => sizes[b] - sizes[a]);
  for (const cell of others.slice(0, topology.nnz - living.size)) salient[Math.floor(cell / COLS)]++;
  expect([...Array.from(found)]).toEqual(salient);
  expect(salient.reduce((a, b) => a + b)).toBe(topology.nnz);
});

test("dormant ranks by zeros, the most first", async () => {
  const probe = { zeros: async () => Uint32Array.of(3, 0, 9, 3) } as unknown as GradientProbe;
  const found = await SCORERS.dormant.measure?.({ layer: 1, neurons: 4, incoming: null, probe });
  expect([...Array.from(found ?? [])]).toEqual([-3, -0, -9, -3]);
});

test("samples of gradients are taken by scorers that go by samples, and refused where none does", () => {
  const config = (score: string) =>
    trainConfig(
      { method: "npset", hidden: [9], evolution: { growSamples: 50, removal: { score: score as "dormant" } } },
      { features: 8, classes: 2, samples: 90 },
    );
  expect(config("dormant").evolution?.growSamples).toBe(50);
  expect(() => config("strength")).toThrow("none of set, random, constant, strength takes it; choose");
});

for (const [name, open] of EVERY_DEVICE) {
  matrixTest(`neurons leave by samples as all evolutions have it, and resume to the same bits, on ${name}`, async () => {
    const device = await open();
    const removal = { amount: 0.4, first: 1, last: 3 };
    for (const score of ["ablation", "dormant"] as const) {
      const activation = score === "dormant" ? "relu" : "tanh";
      const evolved = await trainEvolved(device, { method: "npset", activation, evolution: { removal: { ...removal, score } } });
      expect(evolved.flatMap(({ records }) => records).some(({ removedNeurons }) => removedNeurons > 0)).toBe(true);
    }
    await device.dispose();
  });
}
