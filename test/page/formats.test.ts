import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readLink } from "../../demo/page/link.js";
import { linkOf, openDemo, openSite, type Site, set, train } from "./site.js";
import { errorOf, file, load, looked, pick, range, rows, summary, type Upload, value } from "./upload.js";

// Reading one's own data in the demo page: other formats than tables, missing values, and files that are refused.

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

const fixture = (name: string) => file(name, readFileSync(new URL(`../fixtures/mat/${name}`, import.meta.url)));

test("a MATLAB file is read, its variables by other names and its samples in columns as well", async () => {
  const page = await openDemo(site);
  await pick(page, fixture("f8.mat"));
  await looked(page);
  expect(await load(page)).toMatch(/^f8: 7 samples of 5 features, 3 classesMore about them1 32 23 2/);
  await pick(page, fixture("struct.mat"));
  expect(await errorOf(page)).toMatch(/^struct\.mat: variable X is a struct matrix; .*name a field of it, like X\.X/);
  await page.fill("#data-x", "X.a");
  await page.locator("#data-x").blur();
  await looked(page);
  expect(await load(page)).toMatch(/^struct: 7 samples of 5 features, 3 classes/);
  await pick(page, fixture("names.mat"));
  await looked(page);
  await expect.poll(() => page.textContent("#data-preview")).toMatch(/variable samples is taken for X/);
  await page.fill("#data-group", "y");
  await page.locator("#data-group").blur();
  await expect.poll(() => page.textContent("#data-preview")).toMatch(/7 samples of 5 features, 3 classes; 3 groups/);
  await looked(page);
  expect(await load(page)).toMatch(/^names: 7 samples of 5 features, 3 classes; 3 groups/);
  await pick(page, fixture("transposed.mat"));
  await looked(page);
  expect(await page.textContent("#data-preview")).toMatch(/7 samples of 5 features.*samples are columns/);
  await page.selectOption("#data-orientation", "rows");
  expect(await errorOf(page)).toMatch(/expected 5 x 1, a label for each row of X/);
  await pick(page, fixture("nan.mat"));
  await looked(page);
  expect(await page.textContent("#data-missing-counts")).toBe("1 value is missing, in 1 feature and 1 sample (feature 4: 1).");
  await page.selectOption("#data-missing", "drop-samples");
  expect(await load(page)).toMatch(/^nan: 6 samples of 5 features.*1 of 7 samples are left out/);
  await page.close();
}, 60_000);

const numpy = (name: string) => file(name, readFileSync(new URL(`../fixtures/npy/${name}`, import.meta.url)));

test("NumPy and svmlight files are read, arrays by other names and labels in a second file as well", async () => {
  const page = await openDemo(site);
  await pick(page, numpy("packed.npz"));
  await looked(page);
  expect(await page.isVisible("#data-orientation")).toBe(false);
  expect(await load(page)).toMatch(/^packed: 7 samples of 5 features, 3 classes/);
  await pick(page, file("sets.npz", readFileSync(new URL("../fixtures/labels/splits.npz", import.meta.url))));
  await looked(page);
  const unused = /own test set is not used here: the page holds out samples of the other/;
  expect(await page.textContent("#data-preview")).toMatch(unused);
  expect(await load(page)).toMatch(unused);
  await pick(page, numpy("nothing.npz"));
  expect(await errorOf(page)).toMatch(/^nothing\.npz: none of its arrays \(a, b\) is called X,.*"Variable of samples"$/);
  await page.fill("#data-x", "a");
  await page.locator("#data-x").blur();
  await page.fill("#data-y", "b");
  await page.locator("#data-y").blur();
  await looked(page);
  expect(await load(page)).toMatch(/^nothing: 7 samples of 5 features, 3 classes/);
  await pick(page, numpy("labels.npy"), numpy("f4.npy"));
  await looked(page);
  expect(await load(page)).toMatch(/^f4: 7 samples of 5 features, 3 classes|^labels: 7 samples of 5 features, 3 classes/);
  await pick(page, numpy("f4.npy"));
  expect(await errorOf(page)).toMatch(/^f4\.npy: a \.npy file holds one array: name the labels' file too$/);
  await pick(page, file("words.svmlight", "+1 1:1 3:2\n-1 2:1\n+1 3:1\n"));
  await looked(page);
  expect(await load(page)).toMatch(/^words: 3 samples of 3 features, 2 classes/);
  await pick(page, file("large.svmlight", "+1 1:1\n-1 2147483647:1\n"));
  expect(await errorOf(page)).toMatch(/2147483647 features with 2 values take .* above the limit of 1073741824$/);
  await page.close();
}, 60_000);

/** Arrays of files, and which of them is taken for weights. */
const WEIGHTED: readonly { own: Upload; names: Readonly<Record<string, string>>; weight: string }[] = [
  { own: numpy("packed.npz"), names: {}, weight: "patient" },
  { own: fixture("f8.mat"), names: {}, weight: "Y" },
  {
    own: file("plain.h5", readFileSync(new URL("../fixtures/hdf5/plain.h5", import.meta.url))),
    names: { x: "data/X", y: "data/y" },
    weight: "data/y",
  },
];

test.each(WEIGHTED)(
  "weights of samples are an array of $own.name, kept in the link; another name is refused",
  async ({ own, names, weight }) => {
    const page = await openDemo(site);
    const name = async (what: string, array: string) => {
      await page.fill(`#data-${what}`, array);
      await page.locator(`#data-${what}`).blur();
    };
    await pick(page, own);
    await page.waitForSelector("#data-reading:not([hidden])");
    for (const [what, array] of Object.entries(names)) await name(what, array);
    await looked(page);
    await name("weight", "absent");
    await expect.poll(() => page.textContent("#data-error")).toMatch(/\babsent\b.*"Weights"/s);
    await name("weight", weight);
    const weighted = /samples count in training by the weights of the file/i;
    await expect.poll(() => page.textContent("#data-preview")).toMatch(weighted);
    await looked(page);
    expect(await load(page)).toMatch(weighted);
    await set(page, { device: "cpu", method: "linear", epochs: 1 });
    await train(page);
    expect(readLink(await linkOf(page))).toMatchObject({ data: { options: { sampleWeight: weight } } });
    await page.close();
  },
  60_000,
);

test("an IDX pair is read in any order, and one of the two is not enough", async () => {
  const page = await openDemo(site);
  const header = (...dims: number[]) => [0, 0, 8, dims.length, ...dims.flatMap((n) => [0, 0, 0, n])];
  const images = file("train-images-idx3-ubyte", Uint8Array.from([...header(10, 2, 3), ...range(60).map((k) => (k * 37) % 256)]));
  const labels = file("train-labels-idx1-ubyte.gz", gzipSync(Uint8Array.from([...header(10), ...range(10).map((k) => k % 2)])));
  const texts: string[] = [];
  for (const pair of [
    [labels, images],
    [images, labels],
  ]) {
    // biome-ignore format: a line
    await pick(page, ...pair);
    await looked(page);
    texts.push(await load(page));
  }
  expect(texts[0]).toMatch(/^train: 10 samples of 6 features \(pictures of 2 x 3\), 2 classesMore about them0 51 5/);
  expect(texts[1]).toBe(texts[0]);
  expect(await page.inputValue("#set-inputs")).toBe("scale255");
  await pick(page, images);
  expect(await errorOf(page)).toMatch(/IDX data is a pair of files/);
  expect(await summary(page)).toBe(texts[0]);
  await page.close();
}, 60_000);

test("missing values are counted by feature and refused until it is said what becomes of them", async () => {
  const page = await openDemo(site);
  const holes = rows(12, (s, f) => (f === 1 && s < 3 ? "NA" : f === 3 && s === 0 ? "" : value(s, f)));
  await pick(page, file("holes.csv", holes));
  await errorOf(page);
  await page.selectOption("#data-group", { label: "patient" });
  await looked(page);
  expect(await page.textContent("#data-missing-counts")).toBe("4 values are missing, in 2 features and 3 samples (b: 3, d: 1).");
  expect(await page.inputValue("#data-missing")).toBe("");
  await page.click("#data-load");
  expect(await errorOf(page)).toMatch(/^Values are missing: choose first/);
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("data-missing");
  expect(await summary(page)).toMatch(/^digits: /);
  await page.selectOption("#data-missing", "median");
  expect(await load(page)).toMatch(/^holes: 12 samples of 4 features.*4 values are missing.*medians are filled in/);
  await page.click("#data-reading summary");
  await looked(page);
  await page.selectOption("#data-missing", "drop-features");
  expect(await load(page)).toMatch(/^holes: 12 samples of 2 features.*2 of 4 features are left out/);
  await page.close();
}, 60_000);

test("bad files are refused with what is wrong, and the data before stay", async () => {
  const page = await openDemo(site);
  const bad: readonly (readonly [files: Upload[], message: RegExp])[] = [
    [
      [file("letter.txt", "Dear Sir or Madam\nthis letter is certainly no table\n")],
      /^letter\.txt: row 1 has one cell, "Dear Sir or Madam"/,
    ],
    [[file("empty.csv", "")], /^empty\.csv: the file is empty/],
    [
      [file("noise.bin", Uint8Array.of(7, 80, 78, 71, 13, 10, 26, 200))],
      /^noise\.bin: unknown format.*07 50 4e 47.*read are CSV or TSV/,
    ],
    [[file("noise.csv", Uint8Array.of(1, 0, 2, 0, 3, 255))], /^noise\.csv: unknown format/],
    [[file("noise.mat", "not a MATLAB file")], /^noise\.mat: truncated: 17 bytes/],
    [[file("broken.csv.gz", gzipSync("a,b\n1,x\n2,y\n").subarray(0, 20))], /^broken\.csv\.gz: /],
    [[file("ragged.csv", "a,b,c\n1,2,x\n1,y\n")], /^ragged\.csv: row 3/],
    [[file("one.csv", "a,b,kind\n1,2,x\n3,4,x\n")], /every label is "x"; at least two classes are needed/],
    [[file("gaps.csv", "a,b,kind\n1,2,x\n3,4,\n5,6,y\n")], /the label is empty/],
    [
      [file("a.csv", "a,k\n1,x\n2,y\n"), file("b.csv", "a,k\n1,x\n2,y\n")],
      /^a\.csv \+ b\.csv: both have 1 columns of numbers and IDs of the other; choose the table of samples, then its file of labels/,
    ],
  ];
  for (const [files, message] of bad) {
    await pick(page, ...files);
    expect(await errorOf(page)).toMatch(message);
    expect(await page.locator("#data-load:enabled").count(), files[0].name).toBe(0);
    expect(await summary(page)).toMatch(/^digits: 1,797 samples/);
    expect(await page.textContent("#data-progress")).toBe("");
  }
  await pick(page, file("single.csv", "a,b,kind\n1,2,x\n3,4,y\n5,6,y\n7,8,y\n"));
  await looked(page);
  expect(await page.textContent("#data-preview")).toMatch(/Class "x" has a single sample/);
  expect(await load(page)).toMatch(/^single: 4 samples.*Class "x" has a single sample/);
  await page.close();
}, 60_000);

test("a file that the HDF5 library never ends with is given up after a minute", async () => {
  const page = await site.browser.newPage();
  await page.route(/hdf5.*\.js$/, (route) =>
    route.fulfill({
      contentType: "text/javascript",
      body: `const stream = { tty: {} };
        const FS = { getStream: () => stream, writeFile() { for (;;); } };
        export const ready = Promise.resolve({ FS, HEAPU8: new Uint8Array(8) });`,
    }),
  );
  await page.clock.install();
  await page.goto(site.url);
  await page.waitForSelector("#start:not([disabled])");
  await pick(page, file("endless.h5", Buffer.from("\x89HDF\r\n\x1a\n".padEnd(600, "\0"), "latin1")));
  await expect
    .poll(async () => {
      await page.clock.fastForward(61_000);
      return page.textContent("#data-error");
    })
    .toMatch(/^endless\.h5: the file was still being read after 60 s, and was stopped: the file is damaged/);
  await page.close();
}, 60_000);
