import * as fc from "fast-check";
import { type Json, jsonMutation, mutateJson } from "./json.js";

const SUITES: readonly Json[] = [
  {
    ...{
      name: "mine",
      seed: 3,
      methods: ["npset", "dense"],
      hidden: [20, 10],
      epsilon: 5,
      epochs: 10,
      batch: 8,
      splits: 2,
      test: 0.25,
    },
    lrs: [0.01, 0.1],
    decays: [0, 0.02],
    validation: 0.2,
    folds: 2,
    removeAfter: ["digits"],
    studies: ["main", { name: "main", datasets: ["digits"] }].slice(1),
    datasets: [
      "digits",
      {
        name: "wide",
        data: "a/wide.csv",
        label: "class",
        orientation: "auto",
        id: 0,
        header: true,
        missing: "median",
        ignore: ["sex", 3],
        maxBytes: 1e9,
        splits: 3,
        fixed: { first: 5 },
      },
    ],
  },
  {
    datasets: [
      {
        data: "x.npz",
        x: "X",
        y: "y",
        group: "g",
        id: null,
        labels: "l.csv",
        testData: "t.npz",
        fixed: { drawn: [5, 2] },
        hidden: [5],
        epsilon: 2,
        epochs: 4,
        batch: 2,
        test: 0.5,
      },
    ],
  },
  { datasets: ["digits"], studies: ["main"] },
  { datasets: [{ data: "x.mat", fixed: { train: [0, 1], test: [2] } }] },
];

/** A suite's JSON text, of which one thing is wrong. */
export const suiteText: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom(...SUITES), jsonMutation)
  .map(([suite, change]) => mutateJson(suite, change));
