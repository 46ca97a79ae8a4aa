import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDemo, openSite, type Site, watchRequests } from "./site.js";
import { file, load, looked, pick } from "./upload.js";

// A file of every format that the guide names, each written by the program that people have it from, in the demo page.

let site: Site;
let page: Page;
beforeAll(async () => {
  site = await openSite();
  page = await openDemo(site);
});
afterAll(() => site.close());

const fixture = (path: string) =>
  file(path.slice(path.lastIndexOf("/") + 1), readFileSync(new URL(`../fixtures/${path}`, import.meta.url)));

/** What is chosen in the form for a file, by the names of its fields. */
type Chosen = Readonly<Record<string, string>>;

test.each<[files: string, chosen: Chosen, summary: RegExp]>([
  ["text/spaces.txt", {}, /^spaces: 4 samples of 3 features, 3 classes/],
  ["kinds/semi.csv", {}, /^semi: 60 samples of 3 features, 3 classes/],
  ["kinds/Rtable.txt", {}, /^Rtable: 60 samples of 2 features, 3 classes/],
  ["text/latin.csv", {}, /^latin: 4 samples of 3 features, 3 classes/],
  ["text/big-endian.csv", {}, /^big-endian: 4 samples of 3 features, 3 classes/],
  ["kinds/multi.svm", {}, /^multi: 60 samples of 2 features, to learn: several labels a sample, 0, 1, 2/],
  ["xlsx/plain.xlsx", { missing: "median" }, /^plain: 4 samples of 4 features, 3 classes/],
  ["mat/octave-sparse.mat", {}, /^octave-sparse: 7 samples of 5 features, 3 classes/],
  ["kinds/v4.mat.gz", {}, /^v4: 60 samples of 300 features, 3 classes/],
  ["npy/csr.npz npy/csr-labels.npy", {}, /^csr-labels: 6 samples of 40 features, 2 classes/],
  [
    "mtx/matrix.mtx.gz mtx/barcodes.tsv.gz mtx/features.tsv.gz",
    { labels: "mtx/cells.csv" },
    /^barcodes: 4 samples of 5 features, 2 classes/,
  ],
  ["mtx/10x.zip", { labels: "mtx/cells.csv", "label-column": "type" }, /^10x: 4 samples of 5 features, 2 classes/],
  ["mtx/general.mtx mtx/labels.txt", {}, /^general: 6 samples of 12 features/],
  ["arff/liac-sparse.arff", {}, /^liac-sparse: 4 samples of 3 features, 3 classes/],
  ["geo/GSE1_series_matrix.txt.gz", { label: "tissue status" }, /^GSE1_series_matrix: 6 samples of 4 features, 2 classes/],
  ["kinds/t.gct kinds/geo_labels.csv", {}, /^t: 8 samples of 6 features, 2 classes/],
  ["hdf5/csr.h5ad.gz", { "label-column": "cell_type", group: "donor" }, /^csr: 12 samples of 20 features, 3 classes; 4 groups/],
  ["hdf5/v3.h5", { labels: "hdf5/cells.csv" }, /^v3: 12 samples of 20 features, 3 classes/],
  ["hdf5/a.loom.gz", { "label-column": "cell_type" }, /^a: 12 samples of 20 features, 3 classes/],
  ["hdf5/v73.mat.gz", {}, /^v73: 12 samples of 20 features, 3 classes/],
  ["hdf5/plain.h5", { x: "/data/X", y: "/data/y" }, /^plain: 12 samples of 20 features, 3 classes/],
])(
  "%s is read in the page",
  async (files, chosen, summary) => {
    const { others } = watchRequests(page, site);
    const given = files.split(" ").map(fixture);
    await pick(page, ...given);
    // the form of the files before has the same fields
    await page.waitForFunction(
      (name) => document.querySelector("#data-reading summary")?.textContent?.includes(name),
      given[0].name,
    );
    for (const [name, value] of Object.entries(chosen)) {
      const control = page.locator(`#data-${name}`);
      if (name === "labels") await page.setInputFiles("#data-label-file", fixture(value));
      else if (name === "label") await control.selectOption({ label: value });
      else if (name === "missing") await control.selectOption(value);
      else {
        await control.fill(value);
        await control.blur();
      }
    }
    await looked(page);
    expect(await load(page)).toMatch(summary);
    expect(others).toEqual([]); // nothing is uploaded
  },
  30_000,
);
