import * as fc from "fast-check";
import { expect, it } from "vitest";
import { FORMATS } from "../../src/data/formats/index.js";
import type { ModelFormat } from "../../src/io/formats/format.js";
import { MODEL_FORMATS } from "../../src/io/formats/index.js";
import { GRAMMARS } from "./formats/index.js";
import { MODEL_GRAMMARS } from "./model-targets.js";

it("every format has a grammar whose files it claims, and a reader that is fuzzed with them", () => {
  expect(Object.keys(GRAMMARS).sort()).toEqual(FORMATS.map(({ name }) => name).sort());
  for (const { name, claims, extensions } of FORMATS) {
    const { file, targets } = GRAMMARS[name];
    const claimed = fc.sample(file, { numRuns: 50, seed: 1 }).filter((bytes) => claims(bytes, `fuzz${extensions[0] ?? ""}`));
    expect(claimed.length).toBeGreaterThan(10);
    expect(Object.values(targets).every(({ sources }) => sources.length > 0)).toBe(true);
    expect(Object.keys(targets).length).toBeGreaterThan(0);
  }
});

it("every format of models that is read is fuzzed", () => {
  const read = Object.values<ModelFormat>(MODEL_FORMATS).filter(({ file, folder }) => file?.read ?? folder?.read);
  expect(Object.keys(MODEL_GRAMMARS).sort()).toEqual(read.map(({ name }) => name).sort());
  for (const targets of Object.values(MODEL_GRAMMARS)) expect(Object.keys(targets).length).toBeGreaterThan(0);
});
