import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeLink } from "../../demo/page/link.js";
import { DEFAULTS } from "../../demo/settings.js";
import { linkOf, openDemo, openSite, type Site, set, train } from "./site.js";

// Reading one's own data in the demo page: what is guessed, what can be changed, what is refused, and that nothing leaves.

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

interface Upload {
  name: string;
  mimeType: string;
  buffer: Buffer;
}
const file = (name: string, content: string | Uint8Array): Upload => ({
  ...{ name, mimeType: "application/octet-stream" },
  buffer: Buffer.from(content),
});
const fixture = (name: string) => file(name, readFileSync(new URL(`../fixtures/mat/${name}`, import.meta.url)));

/** A value for feature f of sample s: never whole, so that no feature looks like a label. */
const value = (s: number, f: number) => (Math.sin(1 + 7 * s + 3 * f) + (s % 2)).toFixed(3);
const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const kindOf = (s: number) => (s % 2 === 0 ? "healthy" : "tumour");
/** A sample a row: an ID, features a to d, a patient for two samples each, and the class. */
const rows = (samples: number, cell = value) =>
  `sample,a,b,c,d,patient,kind\n${range(samples)
    .map((s) => [`S${s}`, ...range(4).map((f) => cell(s, f)), `P${s >> 1}`, kindOf(s)].join(","))
    .join("\n")}\n`;

async function pick(page: Page, ...files: Upload[]): Promise<void> {
  await page.setInputFiles("#data-file", files);
}

/** Waits until what was picked or chosen last has been looked at and can be loaded. */
async function looked(page: Page): Promise<void> {
  await page.waitForSelector("#data-load:not([disabled])");
}

/** Loads and returns what the page then says is in use. */
async function load(page: Page): Promise<string> {
  await page.click("#data-load");
  await page.waitForSelector("#data-reading:not([open])", { state: "attached" });
  return summary(page);
}

async function summary(page: Page): Promise<string> {
  return (await page.textContent("#data-summary")) ?? "";
}

async function errorOf(page: Page): Promise<string> {
  await page.waitForSelector("#data-error:not([hidden])");
  expect(await page.getAttribute("#data-error", "role")).toBe("alert");
  return (await page.textContent("#data-error")) ?? "";
}

async function options(page: Page, id: string): Promise<string[]> {
  return page.locator(`#${id} option`).allTextContents();
}

test("a table is previewed, loaded with the settings that suit it, and no request leaves", async () => {
  const page = await site.browser.newPage();
  const requests: string[] = [];
  page.on("request", (request) => {
    if (!/^(blob|data):/.test(request.url())) requests.push(`${request.method()} ${request.url()}`);
  });
  await page.goto(site.url);
  await page.waitForSelector("#start:not([disabled])");
  expect(requests.filter((line) => !line.startsWith(`GET ${new URL(site.url).origin}`))).toEqual([]);
  requests.length = 0;
  await set(page, { seed: 7, method: "set" });

  await pick(page, file("study.csv", rows(24)));
  expect(await errorOf(page)).toMatch(/"P0" is not a finite number.*choose it in "Labels", "Sample IDs", "Group" or "Leave out"/);
  expect(await page.isDisabled("#data-load")).toBe(true);
  await page.selectOption("#data-group", { label: "patient" });
  await looked(page);
  expect(await page.isVisible("#data-error")).toBe(false);
  expect((await options(page, "data-label")).slice(0, 3)).toEqual(["guess: kind", "patient", "kind"]);
  expect((await options(page, "data-id")).slice(0, 3)).toEqual(["guess: sample", "none", "sample"]);
  expect(await page.textContent("#data-preview")).toMatch(
    /S0.*Labels: column 7, "kind"\. IDs: column 1, "sample"\. Groups: column 6, "patient"\..*24 samples of 4 features, 2 classes; 12 groups\.healthy 12tumour 12/,
  );
  expect(await page.textContent("#data-reason")).toMatch(/^Because /);
  expect(await load(page)).toMatch(
    /^study: 24 samples of 4 features, 2 classes; 12 groups, each kept whole in splits.*nothing is uploaded.*sha256 [0-9a-f]{12}$/,
  );
  expect(await page.inputValue("#data-builtin")).toBe("");
  expect(await page.textContent("#data-applied")).toMatch(/^Applied to the controls.*seed, method and device stay/);
  for (const [key, wanted] of Object.entries({ hidden: "200, 200, 200", batch: "8", lr: "0.005", seed: "7", method: "set" }))
    expect(await page.inputValue(`#set-${key}`), key).toBe(wanted);

  // read again otherwise: one's own settings stay, until asked
  await set(page, { hidden: "20", epochs: 2, device: "cpu" });
  await page.click("#data-reading summary");
  await page.selectOption("#data-id", { label: "none" });
  expect(await errorOf(page)).toMatch(/"S0" is not a finite number/);
  await page.selectOption("#data-id", "");
  await looked(page);
  await load(page);
  expect(await page.inputValue("#set-hidden")).toBe("20");
  expect(await page.textContent("#data-applied")).toBe("The controls differ from these.");
  await train(page); // by groups, in the training worker
  const link = await linkOf(page);
  await page.click("#data-use-settings");
  expect(await page.inputValue("#set-hidden")).toBe("200, 200, 200");
  expect(await page.isDisabled("#data-use-settings")).toBe(true);
  expect(requests).toEqual([]);
  await page.close();

  // a link to that file keeps its own settings, and chooses what the file was read by
  const later = await openDemo(site, new URL(link).hash);
  expect(await later.textContent("#unusable")).toMatch(/This link is for the file "study"/);
  await pick(later, file("renamed.csv", rows(24)));
  await looked(later);
  expect(await later.textContent("#data-linked")).toMatch(/^This is the file of the link/);
  expect(await later.locator("#data-group option:checked").textContent()).toBe("patient");
  expect(await later.isVisible("#data-extra")).toBe(false);
  expect(await later.isVisible("#unusable")).toBe(true);
  await load(later);
  expect(await later.isVisible("#unusable")).toBe(false);
  expect(await later.textContent("#data-applied")).toBe("These are the link's data: its settings stay.");
  expect(await later.inputValue("#set-hidden")).toBe("20");
  await train(later);
  // the very same run, but for the name of the file
  await expect.poll(async () => (await linkOf(later)).replace("renamed", "study").replace(later.url().split("#")[0], "")).toBe(link.replace(site.url, "")); // biome-ignore format: a line
  await set(later, { hidden: "30" });
  expect(await later.textContent("#data-applied")).toBe("The controls differ from these.");

  // other data and then this file again: new here, as any file
  await later.selectOption("#data-builtin", "digits");
  await expect.poll(() => summary(later)).toMatch(/^digits: /);
  await pick(later, file("renamed.csv", rows(24)));
  await errorOf(later);
  await later.selectOption("#data-group", { label: "patient" });
  await looked(later);
  await load(later);
  expect(await later.inputValue("#set-hidden")).toBe("200, 200, 200");
  expect(await later.textContent("#data-applied")).toMatch(/^Applied to the controls/);

  // a link pasted into the open tab
  const digits = { settings: { ...DEFAULTS, hidden: [31] }, data: { builtIn: "digits" }, result: null } as const;
  await Promise.all([
    later.waitForEvent("load"),
    later.evaluate(
      (hash) => {
        location.hash = hash;
      },
      new URL(writeLink(digits, site.url)).hash,
    ),
  ]);
  await expect.poll(() => later.inputValue("#set-hidden")).toBe("31");
  await later.close();
}, 90_000);

test("columns of texts and annotations beside gene names are left out when the visitor says so, and no sooner", async () => {
  const page = await openDemo(site);
  const lines = rows(12).trimEnd().split("\n").map((line, i) => `${line.replace(",", i === 0 ? ",sex," : `,${i % 2 ? "m" : "f"},`)}`); // biome-ignore format: a line
  await pick(page, file("clinic.csv", lines.join("\n")));
  expect(await errorOf(page)).toMatch(/"m" is not a finite number/);
  expect(await page.locator("#data-ignore option:checked").count()).toBe(0);
  expect((await options(page, "data-ignore")).slice(0, 2)).toEqual(["sex", "patient"]);
  expect(await page.textContent("#data-ignore-texts")).toBe("Leave out sex, patient");
  await page.click("#data-ignore-texts");
  await looked(page);
  expect(await page.isVisible("#data-ignore-texts")).toBe(false);
  expect(await page.textContent("#data-preview")).toMatch(/Left out: "sex", "patient"\. All others are features\./);
  expect(await load(page)).toMatch(/^clinic: 12 samples of 4 features, 2 classes/);
  const link = await linkOf(page);

  const ids = range(12).map((s) => `S${s}`);
  const genes = range(30).map((f) => [`G${f}`, `SYM${f}`, ...range(12).map((s) => value(s, f))].join(","));
  const table = file("genes.csv", `gene_id,symbol,${ids}\n${genes.join("\n")}\n`);
  await pick(page, table);
  expect(await errorOf(page)).toMatch(/"SYM0" is not .*if it is no sample, choose it in "Leave out"/);
  expect(await page.isDisabled("#data-load")).toBe(true);
  expect(await page.textContent("#data-unsure")).toMatch(/not certain that samples are columns/);
  expect(await page.textContent("#data-ignore-texts")).toBe("Leave out symbol");
  await page.setInputFiles(
    "#data-label-file",
    file("kinds.csv", `id,kind\n${ids.map((id, s) => `${id},${kindOf(s)}`).join("\n")}\n`),
  );
  await expect.poll(() => page.isVisible("#data-unsure")).toBe(false);
  await page.click("#data-ignore-texts");
  await looked(page);
  expect(await load(page)).toMatch(
    /^genes: 12 samples of 30 features, 2 classes.*sha256 of the table [0-9a-f]{12}, of its labels, kinds\.csv, [0-9a-f]{12}$/,
  );
  const withLabels = await linkOf(page);
  await page.close();

  const clinic = await openDemo(site, new URL(link).hash);
  await pick(clinic, file("clinic.csv", lines.join("\n")));
  await looked(clinic);
  expect(await clinic.locator("#data-ignore option:checked").allTextContents()).toEqual(["sex", "patient"]);
  await clinic.close();

  const both = await openDemo(site, new URL(withLabels).hash);
  expect(await both.textContent("#unusable")).toMatch(/file "genes" .* with labels from "kinds\.csv"/);
  await pick(both, table);
  await expect
    .poll(() => both.textContent("#data-linked"))
    .toMatch(/Its labels came from a second file, "kinds\.csv": choose it too/);
  await both.setInputFiles(
    "#data-label-file",
    file("k.csv", `id,kind\n${ids.map((id, s) => `${id},${kindOf(s)}`).join("\n")}\n`),
  );
  await looked(both);
  await load(both);
  expect(await both.textContent("#data-applied")).toBe("These are the link's data: its settings stay.");
  await both.close();
}, 90_000);

test("a table whose guessed labels are another for every sample cannot be loaded", async () => {
  const page = await openDemo(site);
  await pick(page, file("names.csv", `n,symbol,a,b\n${range(9).map((i) => `x${i},y${i},${i}.5,${2 * i}.25`).join("\n")}\n`)); // biome-ignore format: a line
  expect(await errorOf(page)).toMatch(/column "symbol" would be the labels, with 9 classes for 9 samples; say with "Labels"/);
  expect(await page.isDisabled("#data-load")).toBe(true);
  expect(await page.textContent("#data-unsure")).toMatch(/not certain that samples are rows/);
  await page.close();
}, 60_000);

test("controls refuse what cannot be trained, and show which a method does not use", async () => {
  const page = await openDemo(site);
  const wrong = { hidden: ["abc", /^Hidden layers: "abc" is refused, it takes whole numbers.*It stays 300, 300\.$/] as const, test: ["0", /^Held out: 0 is not a number above 0 and below 1\. It stays 0\.333333\.$/] as const }; // biome-ignore format: a line
  for (const [key, [text, message]] of Object.entries(wrong)) {
    const before = await page.inputValue(`#set-${key}`);
    await set(page, { [key]: text });
    expect(await page.textContent("#settings-error")).toMatch(message);
    expect(await page.inputValue(`#set-${key}`)).toBe(before);
  }
  await set(page, { test: 1 });
  expect(await page.textContent("#settings-error")).toMatch(/^Held out: 1 is not/);
  await set(page, { test: 0.25 });
  expect(await page.isVisible("#settings-error")).toBe(false);
  const unused = () => page.locator(".controls :disabled").evaluateAll((nodes) => nodes.map(({ id }) => id.replace("set-", "")));
  expect(await unused()).toEqual([]);
  await set(page, { method: "dense" });
  expect(await unused()).toEqual(["epsilon", "zeta", "remove"]);
  expect(await page.textContent("#hint-zeta")).toBe("Method dense makes no use of it");
  await set(page, { method: "linear" });
  expect(await unused()).toEqual(["hidden", "epsilon", "zeta", "remove"]);
  await page.selectOption("#preset", "3");
  expect(await page.inputValue("#preset")).toBe("");
  expect(await page.inputValue("#set-method")).toBe("set");
  expect(await unused()).toEqual(["remove"]);
  await page.close();
}, 60_000);

test("an expression table with a label file is read by columns; a wrong label file changes nothing", async () => {
  const page = await openDemo(site);
  const genes = `gene,${range(6).map((s) => `S${s}`)}\n${range(9)
    .map((f) => [`G${f}`, ...range(6).map((s) => value(s, f))].join(","))
    .join("\n")}\n`;
  await pick(page, file("expression.csv", genes));
  expect(await errorOf(page)).toMatch(/the last row holds .* no class label.*"Labels in a second file"/);
  expect(await page.textContent("#data-reason")).toBe('Because its first cell says "gene"');

  await page.setInputFiles("#data-label-file", file("other.csv", "id,kind\nX1,a\nX2,b\n"));
  await expect.poll(() => errorOf(page)).toMatch(/^other\.csv: no column holds sample IDs of expression\.csv/);
  expect(await page.isDisabled("#data-load")).toBe(true);
  expect(await summary(page)).toMatch(/^digits: /);
  await page.click("#data-label-remove");
  await expect.poll(() => errorOf(page)).toMatch(/the last row holds/);

  const sheet = (samples: number) =>
    file("labels.tsv", `sample\tpatient\tkind\n${range(samples).map((s) => `S${s}\tP${s >> 1}\t${kindOf(s)}`).join("\n")}\n`); // biome-ignore format: a line
  await page.setInputFiles("#data-label-file", sheet(8));
  expect(await errorOf(page)).toMatch(
    /which column holds the labels\? say so with "Labels"; row 1 names 3 columns: sample, patient, kind/,
  );
  expect(await options(page, "data-label")).toEqual(["guess", "patient", "kind"]);
  await page.selectOption("#data-label", { label: "kind" });
  expect(await errorOf(page)).toMatch(/2 of its 8 IDs are no samples of expression\.csv: S6, S7/);
  await page.check("#data-extra");
  await looked(page);
  await page.setInputFiles("#data-label-file", sheet(6));
  expect(await errorOf(page)).toMatch(/which column holds the labels/); // another file, other columns
  expect((await options(page, "data-group")).slice(0, 4)).toEqual(["none", "patient", "kind", "gene"]);
  await page.selectOption("#data-group", "=patient");
  await looked(page); // one column is left
  expect((await options(page, "data-label"))[0]).toBe("guess: kind");
  expect(await page.textContent("#data-preview")).toMatch(/6 samples of 9 features, 2 classes; 3 groups/);
  expect(await load(page)).toMatch(/^expression: 6 samples of 9 features, 2 classes; 3 groups.*healthy 3tumour 3.*columns/);
  await page.close();
}, 60_000);

test("where numbers alone decide, the guess is called unsure and can be switched", async () => {
  const page = await openDemo(site);
  const line = (name: string, k: number) => [name, ...range(6).map((s) => value(s, k))].join("\t");
  const table = `\t${range(6).map((s) => `S${s}`).join("\t")}\n${range(8).map((k) => line(`R${k}`, k)).join("\n")}\nlast\t1\t2\t1\t2\t1\t2\n`; // biome-ignore format: a line
  await pick(page, file("table.tsv.gz", gzipSync(table)));
  await looked(page);
  expect(await page.textContent("#data-unsure")).toMatch(/not certain that samples are columns.*switch if they are rows/);
  expect(await page.isVisible("#data-unsure")).toBe(true);
  expect(await page.textContent("#data-preview")).toMatch(/6 samples of 8 features, 2 classes/);
  await page.selectOption("#data-orientation", "rows");
  expect(await errorOf(page)).toMatch(/holds .*no class label/);
  expect(await page.isVisible("#data-unsure")).toBe(false);
  await page.selectOption("#data-orientation", "");
  await looked(page);
  expect(await load(page)).toMatch(/^table: 6 samples of 8 features, 2 classes/);
  await page.close();
}, 60_000);

test("a MATLAB file is read, its variables by other names and its samples in columns as well", async () => {
  const page = await openDemo(site);
  await pick(page, fixture("f8.mat"));
  await looked(page);
  expect(await load(page)).toMatch(/^f8: 7 samples of 5 features, 3 classes1 32 23 2/);
  await pick(page, fixture("names.mat"));
  expect(await errorOf(page)).toMatch(/^names\.mat: no variable X; it holds samples .*"Variable of samples"$/);
  await page.fill("#data-x", "samples");
  await page.locator("#data-x").blur();
  await looked(page);
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
  expect(texts[0]).toMatch(/^train: 10 samples of 6 features \(pictures of 2 x 3\), 2 classes0 51 5/);
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
    [[file("letter.txt", "Dear Sir or Madam\nthis is no table\n")], /^letter\.txt: row 1 has one cell, "Dear Sir or Madam"/],
    [[file("empty.csv", "")], /^empty\.csv: the file is empty/],
    [
      [file("noise.bin", Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10))],
      /^noise\.bin: unknown format.*89 50 4e 47.*read are MATLAB/,
    ],
    [[file("noise.csv", Uint8Array.of(1, 0, 2, 0, 3, 255))], /^noise\.csv: unknown format/],
    [[file("noise.mat", "not a MATLAB file")], /^noise\.mat: truncated: 17 bytes/],
    [[file("broken.csv.gz", gzipSync("a,b\n1,x\n2,y\n").subarray(0, 20))], /^broken\.csv\.gz: /],
    [[file("ragged.csv", "a,b,c\n1,2,x\n1,y\n")], /^ragged\.csv: row 3/],
    [[file("one.csv", "a,b,kind\n1,2,x\n3,4,x\n")], /every label is "x"; at least two classes are needed/],
    [[file("gaps.csv", "a,b,kind\n1,2,x\n3,4,\n5,6,y\n")], /the label is empty/],
    [[file("a.csv", "a,k\n1,x\n2,y\n"), file("b.csv", "a,k\n1,x\n2,y\n")], /two files are read only as an IDX pair.*second file/],
  ];
  for (const [files, message] of bad) {
    await pick(page, ...files);
    expect(await errorOf(page)).toMatch(message);
    expect(await page.isEnabled("#data-load"), files[0].name).toBe(false);
    expect(await summary(page)).toMatch(/^digits: 1,797 samples/);
    expect(await page.textContent("#data-progress")).toBe("");
  }
  await pick(page, file("single.csv", "a,b,kind\n1,2,x\n3,4,y\n5,6,y\n7,8,y\n"));
  await looked(page);
  expect(await page.textContent("#data-preview")).toMatch(/Class "x" has a single sample/);
  expect(await load(page)).toMatch(/^single: 4 samples.*Class "x" has a single sample/);
  await page.close();
}, 60_000);

test("the made-up set and the digits can be chosen, and files dropped or opened by keyboard", async () => {
  const page = await openDemo(site);
  await page.selectOption("#data-builtin", "informative");
  await expect.poll(() => summary(page)).toMatch(/^informative: 120 samples of 5,000 features, 2 classes/);
  expect(await page.inputValue("#set-batch")).toBe("8");
  await page.selectOption("#data-builtin", "digits");
  await expect.poll(() => summary(page)).toMatch(/^digits: /);
  expect(await page.inputValue("#set-hidden")).toBe("300, 300");

  await page.evaluate((text) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([text], "dropped.csv"));
    document.getElementById("train")?.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  }, "a,b,kind\n1,2,x\n3,4,y\n5,6,x\n7,8,y\n");
  await looked(page);
  expect(await load(page)).toMatch(/^dropped: 4 samples of 2 features/);

  await page.focus("#data-builtin");
  await page.keyboard.press("Tab");
  // the browser opens its chooser on the click that a key press makes
  await page.evaluate(() => {
    const input = document.activeElement as HTMLInputElement;
    input.addEventListener("click", () => {
      input.dataset.heard = "click";
    });
  });
  await page.keyboard.press("Enter");
  await expect.poll(() => page.getAttribute("#data-file", "data-heard")).toBe("click");
  expect(await page.locator("#data-file").evaluate((input) => (input as HTMLInputElement).multiple)).toBe(true);
  await page.close();
}, 60_000);
