import type { SavedModel } from "../../../src/api/index.js";
import { fromDense, random, toCoo } from "../../../src/api/sparse.js";
import { networkConfig } from "../../../src/nn/config.js";
import { initialState } from "../../../src/nn/state.js";
import { blobs } from "../../train/blobs.js";
import { countingDevice, WRONG } from "../wrong.js";

// What is right for the exported functions, and what is wrong in its place.

export const { device, left } = countingDevice();
export const set = blobs({ samples: 24, features: 4, classes: 3 });
export const saved: SavedModel = {
  network: initialState({ sizes: [4, 5, 3], densities: [0.5, null], init: "heUniform", seed: 1 }),
  config: networkConfig(),
  features: 4,
  classes: ["a", "b", "c"],
  input: null,
};
export const topology = fromDense([1, 0, 0, 2, 3, 0], 2, 3);
export const matrix = { ...topology, values: Float32Array.of(1, 2, 3) };
export const coo = { ...toCoo(topology), values: matrix.values };
export const x = new Float32Array(6).fill(1);
export const rng = random(1);
export const file = { name: "t.csv", bytes: new TextEncoder().encode("a,b,class\n1,2,x\n2,1,y\n3,4,x\n4,3,y\n") };
export const without = <T extends object>(object: T, key: keyof T) =>
  Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));

/** Right arguments of every exported function, and for each argument what is wrong in its place: fields of an object, or the whole. */
export interface Row {
  readonly args: readonly unknown[];
  readonly wrong: readonly (readonly unknown[] | object)[];
}

/** Rows by the functions' names. */
export type Rows = Readonly<Record<string, Row>>;

export const MODEL = {
  network: [
    ...WRONG.object,
    {},
    { layers: [] },
    { layers: [null] },
    { layers: [{ ...saved.network.layers[0], params: { values: [1] } }] },
  ],
  config: [...WRONG.object, { activation: "x" }, { ...saved.config, dropoutStyle: "gaussian" }],
  features: [...WRONG.count, 5],
  classes: [...WRONG.texts, ["a"], [1, 2, 3]],
  input: [undefined, 0, {}, { mean: new Float32Array(3), std: new Float32Array(4) }],
  featureNames: [...WRONG.texts, ["a"]],
  imageShape: [null, [2], [3, 2], "2x2"],
  training: [null, 5, {}, { epoch: 1, step: 1 }],
};
export const DATASET = {
  name: WRONG.text,
  x: WRONG.floats.filter((value) => !(value instanceof Float64Array)),
  y: [...WRONG.floats, new Uint32Array(3)],
  samples: [...WRONG.count, 0],
  features: [...WRONG.count, 0],
  classes: [...WRONG.texts, [0, 1, 2]],
  imageShape: [null, [3, 2], [2, "2"]],
  featureNames: [...WRONG.texts, ["a"]],
};
export const MATRIX = {
  rows: WRONG.count,
  cols: [...WRONG.count, 1],
  rowPtr: [...WRONG.floats, Uint32Array.of(0, 1)],
  colIdx: [...WRONG.floats, Uint32Array.of(0, 0, 9)],
  values: WRONG.floats,
};
export const LISTS = [null, 0, {}, true, Symbol("s")];
export const STORAGE = { getItem: () => null, setItem() {}, removeItem() {} };
