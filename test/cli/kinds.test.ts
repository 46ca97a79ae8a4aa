import { expect, it } from "vitest";
import { run, useFolder } from "./harness.js";

const folder = useFolder();
const KINDS = new URL("../fixtures/kinds/", import.meta.url).pathname;

/** What is trained on each file, and what the command says of it; test/data/kinds.test.ts holds what is read. */
it.each<[file: string, words: string, told: string]>([
  ["Rtable.txt", "", "40 train, 20 test samples of 2 features, 3 classes"],
  ["semi.csv", "", "40 train, 20 test samples of 3 features, 3 classes"],
  ["d.arff", "", "40 train, 20 test samples of 2 features, 3 classes"],
  ["multi.svm", "", "40 train, 20 test samples of 2 features, 3 labels"],
  ["reg.csv", "", "134 train, 66 test samples of 2 features, 1 target"],
  ["sparse.mat.gz", "", "samples of 300 features, 3 classes"],
  ["struct.mat.gz", "--x data.X --y data.Y", "samples of 300 features, 3 classes"],
  ["cell_labels.mat.gz", "", "samples of 300 features, 3 classes"],
  ["v4.mat.gz", "", "samples of 300 features, 3 classes"],
  ["m.mtx.gz", "--no-label --task reconstruct", "40 train, 20 test samples of 300 features"],
  ["GSE0_series_matrix.txt", "--label status", "5 train, 3 test samples of 6 features, 2 classes"],
  ["t.gct", `--labels ${KINDS}geo_labels.csv`, "5 train, 3 test samples of 6 features, 2 classes"],
])("%s %s is trained on", async (file, words, told) => {
  const train = ["train", "--data", KINDS + file, ...words.split(" ").filter(Boolean)];
  const { code, err } = await run([...train, ..."--hidden 4 --epochs 1 --device cpu --out".split(" "), folder.path("run")]);
  expect(code, err).toBe(0);
  expect(err).toContain(told);
});
