import { expect, test } from "vitest";
import { readSources } from "./sources.js";

/** Where src may speak of accuracy: in classification and its metric, where their names are given out, and where files of 0.1.0 are read. */
const ALLOWED = [
  ...["metrics/accuracy.ts", "tasks/classification.ts", "tasks/majority.ts", "tasks/class-report.ts", "tasks/judging/classes.ts"],
  ...["metrics/classes/counts.ts", "metrics/classes/scores.ts", "metrics/of-classes.ts"],
  ...["metrics/index.ts", "kernels/loss.ts", "api/experiment.ts"],
  "experiment/store/renew.ts",
];

const sources = readSources("src");

/** Code without comments and texts. */
const bare = (code: string) => code.replace(/\/\*[\s\S]*?\*\/|\/\/.*|"(?:[^"\\\n]|\\.)*"/g, "");

test("no field, variable or function of src is called accuracy but those of classification", () => {
  const found = Object.entries(sources).flatMap(([path, code]) =>
    /accuracy/i.test(bare(code)) ? [path.replace("../src/", "")] : [],
  );
  expect(found.sort()).toEqual([...ALLOWED].sort());
});

test("what this looks at is code alone", () => {
  expect(bare('/** accuracy */ const a = "accuracy"; // accuracy')).toBe(" const a = ; ");
  expect(bare("result.testAccuracy")).toMatch(/accuracy/i);
});
