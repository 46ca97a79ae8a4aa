import { copyFileSync, symlinkSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { loadData } from "../../src/cli/load-data.js";
import { encodeNpz } from "../../src/io/formats/scipy/npz.js";
import { TASKS } from "../../src/tasks/index.js";
import { coppice, run, useFolder } from "./harness.js";

const folder = useFolder();
const splits = fileURLToPath(new URL("../fixtures/labels/splits.npz", import.meta.url));
const train = (words: string) => coppice(`train ${words} --hidden 8 --epochs 1 --device cpu --force --out ${folder.path("run")}`);

it("of a .npz with x_test and y_test is that, whether --test names the file, a copy of it or is left out", async () => {
  copyFileSync(splits, folder.path("copy.npz"));
  for (const words of [
    "",
    ` --test ${splits}`,
    ` --test ${folder.path("copy.npz")}`,
    ` --x x_train --y y_train --test ${splits}`,
  ]) {
    const { code, err } = await train(`--data ${splits}${words}`);
    expect(code, err).toBe(0);
    expect(err).toMatch(/30 train, 10 test samples/);
    expect(err).toContain("note: test set: array x_test is taken, the test set's, and not x_train");
  }
  const held = await train(`--data ${splits} --split 0.2`);
  expect(held.err).toMatch(/24 train, 6 test samples/);
  expect(held.err).toContain("note: the file's own test set is not used");
  const model = folder.path("run/model.safetensors");
  const scored = async (words: string) =>
    JSON.parse((await coppice(`eval ${model} --data ${splits} --device cpu --json${words}`)).out);
  expect([(await scored("")).samples, (await scored(" --x x_train --y y_train")).samples]).toEqual([10, 30]);
});

it("of a .npz with x_val and y_val is beside a validation set, unless --validation holds one out", async () => {
  const rows = (count: number, from: number) => ({
    shape: [count, 2],
    data: Float64Array.from({ length: 2 * count }, (_, k) => Math.sin(from + k)),
  });
  const classes = (count: number) => ({ shape: [count], data: Float64Array.from({ length: count }, (_, i) => i % 2) });
  const sets = { Xtr: [20, 0], Xval: [6, 100], Xte: [8, 200] } as const;
  const arrays = Object.entries(sets).flatMap(([name, [count, from]]) => [
    [name, rows(count, from)],
    [name.replace("X", "y"), classes(count)],
  ]);
  const data = folder.path("sets.npz");
  writeFileSync(data, encodeNpz(Object.fromEntries(arrays)));
  const { code, err } = await train(`--data ${data} --patience 3`);
  expect(code, err).toBe(0);
  expect(err).toMatch(/20 train, 8 test, 6 validation samples|20 train, 6 validation, 8 test samples/);
  expect(err).toContain("note: validation set: array Xval is taken, the validation set's, and not Xtr");
  const held = await train(`--data ${data} --validation 0.2`);
  expect(held.err).toContain("note: the file's own validation set is not used: --validation holds out samples of the other");
});

it("is that of an autoencoder, too, which needs no labels of it, and names the set that does not fit", async () => {
  const rows = (count: number, width = 2) => ({
    shape: [count, width],
    data: Float64Array.from({ length: count * width }, (_, k) => Math.sin(count + k)),
  });
  const data = folder.path("unlabelled.npz");
  writeFileSync(data, encodeNpz({ X: rows(20), x_test: rows(8), x_val: rows(6) }));
  const { train: own, test, validation } = await loadData({ data } as never, 1, undefined, TASKS.reconstruct);
  expect([own.samples, test?.samples, validation?.samples]).toEqual([20, 8, 6]);
  writeFileSync(data, encodeNpz({ X: rows(20), x_test: rows(8), x_val: rows(6, 3) }));
  expect((await train(`--data ${data} --task reconstruct`)).err).toContain("unlabelled (x_val): its samples have 3 features");
});

it("may be no workbook where the data are a sheet of one; predict names a sheet, too", async () => {
  const [book, table] = [fileURLToPath(new URL("../fixtures/xlsx/several.xlsx", import.meta.url)), folder.path("t.csv")];
  writeFileSync(table, "a,y\n1.5,p\n2.5,q\n");
  const sheet = ["--sheet", "other & more", "--device", "cpu"];
  const words = `train --test ${table} --hidden 4 --epochs 1 --out ${folder.path("run")} --data ${book}`.split(" ");
  const { code, err } = await run([...words, ...sheet]);
  expect(code, err).toBe(0);
  expect(err).toContain("note: test set: t is no workbook: option sheet is left out");
  const { out } = await run(["predict", folder.path("run/model.safetensors"), "--data", book, ...sheet]);
  expect(out.split("\n")).toHaveLength(5);
});

it("is refused where it is the training set: the same file, a link to it, a copy, with a validation part held out", async () => {
  const rows = Array.from({ length: 40 }, (_, i) => `${Math.sin(i)},${Math.cos(3 * i)},${i % 2 ? "b" : "a"}\n`);
  const [data, link, copy] = ["t.csv", "link.csv", "copy.csv"].map(folder.path);
  writeFileSync(data, rows.join(""));
  symlinkSync(data, link);
  copyFileSync(data, copy);
  for (const words of [data, link, copy, `${copy} --validation 0.2`]) {
    const { code, err } = await train(`--data ${data} --test ${words}`);
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/test set: \d+ of the 40 test samples have the values of a training sample/),
    ]);
  }
});
