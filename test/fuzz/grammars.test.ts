import * as fc from "fast-check";
import { expect, it } from "vitest";
import { FORMATS } from "../../src/data/formats/index.js";
import { GRAMMARS } from "./formats/index.js";

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
