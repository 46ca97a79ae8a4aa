import { expect, test } from "vitest";
import type { TrainOptions } from "../../src/api/index.js";
import { trainConfig } from "../../src/train/config.js";

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
