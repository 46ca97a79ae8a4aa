import { check } from "../util/check.js";
import { MAX_HEADER } from "./formats/checkpoint/safetensors.js";

/** What a model's file will hold. */
export interface Contents {
  /** Neurons of every layer, inputs and classes included. */
  readonly sizes: readonly number[];
  /** Density of every weight layer, null for a dense one. */
  readonly densities: readonly (number | null)[];
  readonly classes: readonly string[];
  readonly featureNames?: readonly string[];
}

/** What is left of a header for names: the rest takes what tensors, options and the records of 200 epochs do. */
const MAX_NAMES = 0.9 * MAX_HEADER;
/** Bytes that a UTF-16 unit takes at most in JSON within JSON, a name beside its own, and a list. */
const [UNIT, QUOTES, BRACKETS] = [7, 5, 4];
const [AT_ONCE, MAX_CONNECTIONS] = [100_000, 2 ** 31 - 1];

/**
 * Throws a usage error with the arithmetic where a model could be trained, but not be written to a file: names above what a header may take,
 * or a sparse layer of 2^31 connections. `most` bytes are for names.
 */
export function checkSavable({ sizes, densities, classes, featureNames = [] }: Contents, most = MAX_NAMES): void {
  for (const [i, density] of densities.entries()) {
    const connections = density === null ? 0 : Math.round(density * sizes[i] * sizes[i + 1]);
    check(connections <= MAX_CONNECTIONS, `layer ${i}`, () => {
      return `${sizes[i]} x ${sizes[i + 1]} at density ${density} are ${connections} connections, a model's file holds at most ${MAX_CONNECTIONS} a layer; take a smaller epsilon or layers`;
    });
  }
  const lists = [featureNames, classes];
  const bound = lists.flat().reduce((sum, name) => sum + UNIT * name.length + QUOTES, 2 * BRACKETS);
  if (bound <= most) return;
  const [features, labels] = lists.map(bytesOf);
  check(features + labels <= most, "names", () => {
    return `those of ${featureNames.length} features take ${features} bytes in a model's file, the labels of ${classes.length} classes ${labels}; together at most ${most} may be: shorten them, or leave the features unnamed`;
  });
}

/** What a list takes in a header: JSON within JSON, in UTF-8. */
function bytesOf(names: readonly string[]): number {
  let bytes = 0;
  for (let i = 0; i < names.length; i += AT_ONCE)
    bytes += new TextEncoder().encode(JSON.stringify(JSON.stringify(names.slice(i, i + AT_ONCE)))).length;
  return bytes;
}
