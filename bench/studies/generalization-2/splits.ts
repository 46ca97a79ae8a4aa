import { type Dataset, split } from "../../../src/api/index.js";
import type { Study } from "./study.js";

/** The parts of a split, a stratified random one. Of a part above its most samples so many are drawn, by class as well. */
export function partsOf(whole: Dataset, { test, most }: Study, seed: number): { train: Dataset; test: Dataset } {
  const parts = split(whole, { test, seed });
  return { train: atMost(parts.train, most.train, seed), test: atMost(parts.test, most.test, seed) };
}

function atMost(part: Dataset, most: number, seed: number): Dataset {
  return part.samples > most ? split(part, { test: most / part.samples, seed }).test : part;
}
