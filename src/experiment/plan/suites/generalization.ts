import type { SuiteOptions } from "../config.js";
import fashion from "./fashion-split.json";

const ASU = [
  ...["lung_discrete", "leukemia", "lymphoma", "ALLAML", "Prostate_GE", "arcene", "madelon", "Isolet", "COIL20", "ORL"],
  ...["Yale", "orlraws10P", "warpAR10P", "PCMAC"],
] as const;

/** Sets of below 200 samples and 5000 features, of genes and of faces, on which a training takes seconds. */
const SMALL_SETS = ["lung_discrete", "lymphoma", "Yale"] as const;

/**
 * Generalisation of sparse networks, after Liu, Mocanu and Pechenizkiy (2019): 15 sets of Arizona State University's collection, digits, and
 * subsets of MNIST (5000 / 1000, drawn) and of Fashion-MNIST (2000 / 1000, the published indices); USPS and the subsets have fixed splits.
 */
export const generalization: SuiteOptions = {
  name: "generalization",
  datasets: [
    ...ASU,
    { data: "USPS", fixed: { first: 7291 }, epochs: 20 },
    "digits",
    { data: "mnist", testData: "mnist-test", fixed: { drawn: [5000, 1000] } },
    { data: "fashion-mnist", testData: "fashion-mnist-test", fixed: fashion },
  ],
  studies: [
    "main",
    { name: "wide", datasets: ["lung_discrete", "lymphoma", "COIL20"] },
    { name: "budget", datasets: SMALL_SETS },
    { name: "removed", datasets: SMALL_SETS },
    { name: "ablation", datasets: SMALL_SETS },
  ],
  removeAfter: SMALL_SETS,
};
