import { expect, test } from "vitest";
import type { TrainOptions } from "../../src/api/index.js";
import { trainConfig } from "../../src/train/config.js";
import { evolutionNotes } from "../../src/train/schedules.js";

// Rules of evolutions that would do nothing, or could not do what they say, are refused before any training.

const DATA = { features: 12, classes: 3, samples: 90 };
const config = (options: TrainOptions) => trainConfig({ hidden: [20, 10], epsilon: 2, epochs: 9, ...options }, DATA);

test("a method that neither prunes nor grows takes no rule of either, but says when neurons leave", () => {
  for (const method of ["static", "static-np", "dense", "linear"] as const) {
    const network = method === "linear" ? { hidden: undefined } : {};
    const refused = (evolution: TrainOptions["evolution"]) => expect(() => config({ method, ...network, evolution }));
    refused({ grow: "gradient" }).toThrow(`grow: method ${method} prunes nothing and grows nothing; take one that does`);
    refused({ allocate: "survivors" }).toThrow(`allocate: method ${method}`);
    refused({ growFirst: true }).toThrow(`grow first: method ${method}`);
    refused({ prune: "magnitude" }).toThrow(`prune: method ${method}`);
    refused({ zeta: 0.2 }).toThrow(`zeta: method ${method}`);
  }
  expect(config({ method: "static-np", evolution: { period: 2 } }).evolution?.period).toBe(2);
});

test("growth before pruning is refused where it is sure to find too few free cells", () => {
  const grows = (zeta: number, more: TrainOptions = {}) =>
    config({ method: "set", epsilon: 5.7, output: "sparse", evolution: { growFirst: true, zeta }, ...more });
  // 20 x 12 cells of which round(5.7 x 32) = 182 hold a connection: 58 are free
  expect(() => grows(0.33)).toThrow(
    "grow first: layer 0 has 182 connections in 240 cells, so 59 more do not fit beside those to be pruned",
  );
  expect(() => grows(0.3, { hidden: [20] })).not.toThrow();
  expect(() => grows(0.3, { hidden: [20], method: "npset" })).toThrow("grow first: layer 0 has 120 connections in 120 cells");
  expect(() => grows(0.9, { evolution: { zeta: 0.9 } })).not.toThrow();
});

test("an epsilon that leaves a layer without a connection is refused by its name", () => {
  // round(0.01 x (12 + 20)) = 0 of 240 cells
  const refused = "epsilon: layer 0 of 12 inputs and 20 outputs would have no connection; take a larger epsilon";
  for (const method of ["set", "static", "npset", "gmp"] as const)
    for (const topology of ["erdos-renyi", "small-world"] as const)
      expect(() => config({ method, topology, epsilon: 0.01 })).toThrow(refused);
  expect(config({ method: "dense", epsilon: 0.01 }).layout.densities).toEqual([null, null, null]);
});

test("growth is told to have nothing to do where layers only fall", () => {
  const notes = (evolution: TrainOptions["evolution"]) => evolutionNotes(config({ method: "gmp", epsilon: 1, evolution }));
  expect(notes({ grow: "gradient" })).toEqual([expect.stringContaining("grow gradient has hardly anything to grow")]);
  expect([...notes({}), ...notes({ grow: "gradient", zeta: 0.3 })]).toEqual([]);
});

test("evolutions that prune nothing are told, and those that remove neurons are not", () => {
  const notes = (method: "set" | "npset" | "chts", prune: "none" | "set") =>
    evolutionNotes(config({ method, evolution: { prune } }));
  expect(notes("set", "none")).toEqual([expect.stringContaining("set keeps its connections as they are: with prune none")]);
  expect(notes("chts", "none")).toHaveLength(1);
  expect([...notes("npset", "none"), ...notes("set", "set")]).toEqual([]);
});
