import { expect, test } from "vitest";
import { withLines } from "../../bench/studies/page-table.js";
import { missingOf } from "../../bench/studies/published/main.js";
import { summarize, tableOf, verdict } from "../../bench/studies/published/table.js";
import { DENSITIES, optionsOf, PUBLISHED, ROWS, UNITS } from "../../bench/studies/published/units.js";
import { trainConfig } from "../../src/train/config.js";

// The study beside published runs: its units, and the table of those that are there.

const results = [0.95, 0.96, 0.97].map((testAccuracy, i) => ({ row: "SET", density: 0.01, seed: i + 1, testAccuracy }));

test("a row has mean and sample deviation in %, and is held against the published figure by two standard errors", () => {
  expect(summarize(results, "SET", 0.02)).toBeNull();
  const found = summarize(results, "SET", 0.01);
  expect(found?.n).toBe(3);
  expect(found?.mean).toBeCloseTo(96, 10);
  expect(found?.std).toBeCloseTo(1, 10);
  // sqrt(1 / 3 + 0.07^2) = 0.5816: twice that below 97.16 is 95.997, below 97.17 96.007.
  const summary = { n: 3, mean: 96, std: 1 };
  expect([verdict(summary, 95), verdict(summary, 97.16), verdict(summary, 97.17)]).toEqual(["yes", "yes", "no"]);
  expect(verdict({ n: 1, mean: 99, std: null }, 95)).toBe("too few");
});

test("the table has a line for each row that is there, and the page gets it between its marks", () => {
  const other = { row: "RigL, exact", density: 0.1, seed: 1, testAccuracy: 0.985 };
  const table = tableOf([...results, other]);
  expect(table.slice(2)).toEqual([
    "| SET | 1 % | 3 | 96.00 ± 1.00 | 95.80 | yes |",
    "| RigL, exact | 10 % | 1 | 98.50 | none |  |",
  ]);
  const place = { path: "docs/published.md", mark: "table" };
  const page = withLines("a\n<!-- table -->\nold\n<!-- /table -->\nb\n", place, table);
  expect(page).toBe(`a\n<!-- table -->\n${table.join("\n")}\n<!-- /table -->\nb\n`);
  expect(() => withLines("none", place, table)).toThrow("docs/published.md: it has no");
});

test("units are all rows, densities and seeds, each an option set that training takes, and what is done is not repeated", () => {
  expect(UNITS.length).toBe(6 * 5 * 5);
  expect(missingOf(UNITS, results)).toEqual(
    UNITS.filter(({ row, density, seed }) => row !== "SET" || density > 0.01 || seed > 3),
  );
  for (const row of Object.keys(PUBLISHED)) expect(Object.keys(ROWS)).toContain(row);
  const data = { features: 784, classes: 10, samples: 60_000 };
  for (const density of DENSITIES) {
    const configs = Object.keys(ROWS).map((row) => trainConfig(optionsOf({ row, density, seed: 1 }), data));
    for (const { layout } of configs) {
      const connections = [235_200, 30_000, 1_000].map((cells, i) => cells * (layout.densities[i] ?? 1));
      expect(connections[0] + connections[1] + connections[2]).toBeCloseTo(266_200 * density, 6);
    }
    expect(configs.map(({ evolution }) => evolution?.periodSteps)).toEqual([undefined, 100, 100, 100, undefined, undefined]);
  }
});
