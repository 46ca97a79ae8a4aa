import { existsSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { type Result, tableOf } from "../../bench/studies/bounds/table.js";
import { optionsOf, TRIED, UNITS } from "../../bench/studies/bounds/units.js";
import page from "../../docs/guide/generalise.md?raw";
import { trainConfig } from "../../src/train/config.js";

// The study of bounds on MNIST: its units, and what is kept of those that were run.

const RESULTS = new URL("../../bench/studies/bounds/results.jsonl", import.meta.url);
const lines = existsSync(RESULTS) ? readFileSync(RESULTS, "utf8").split("\n").filter(Boolean) : [];
const results: Result[] = lines.map((line) => JSON.parse(line));

it("units are options that training takes, and each pays for all densities", () => {
  expect(new Set(UNITS.map(({ density }) => density)).size).toBe(TRIED);
  for (const unit of UNITS) {
    const { layout } = trainConfig(optionsOf(unit), { features: 784, classes: 2, samples: 55_000 });
    expect(layout.densities[0] ?? 1).toBeCloseTo(unit.density, 10);
    expect(layout.densities[1]).toBeNull();
  }
});

it("every bound that is kept follows from its parts, is above the test error, and stands in the guide", () => {
  for (const { bound, errorAtMost, kl, connectionsPrice, triedPrice, prior, halves, testAccuracy } of results) {
    const samples = halves ? 27_500 : 55_000;
    const j = Math.round(100 * Math.log(10 / prior.variance));
    expect(prior.variance).toBeCloseTo(10 * Math.exp(-j / 100), 12);
    const paid = kl + connectionsPrice + triedPrice + Math.log((Math.PI ** 2 * j ** 2 * samples) / (6 * 0.025));
    const coins = errorAtMost * Math.log(errorAtMost / bound) + (1 - errorAtMost) * Math.log((1 - errorAtMost) / (1 - bound));
    expect(coins).toBeCloseTo(paid / (samples - 1), 10);
    expect(bound).toBeGreaterThan(1 - testAccuracy);
  }
  if (results.length > 0) expect(page).toContain(tableOf(results).join("\n"));
});
