import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeLink } from "../../demo/page/link.js";
import { DEFAULTS } from "../../demo/settings.js";
import { linkOf, openDemo, openSite, type Site, set, train, watchRequests } from "./site.js";
import { errorOf, file, kindOf, load, looked, options, pick, range, rows, summary, value } from "./upload.js";

// Reading one's own tables in the demo page: what is guessed, what can be changed, what is refused, and that nothing leaves.

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

test("a table is previewed, loaded with the settings that suit it, and no request leaves", async () => {
  const page = await site.browser.newPage();
  const { others } = watchRequests(page, site);
  await page.goto(site.url);
  await page.waitForSelector("#start:not([disabled])");
  expect(others.filter((line) => !line.startsWith(`GET ${new URL(site.url).origin}`))).toEqual([]);
  others.length = 0;
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
  expect(others).toEqual([]);
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

  // nor can numbers above numbers be told from a sample: the page asks
  const count = (s: number, f: number) => (7 * s + 11 * f + s * f) % 20;
  const counts = range(12).map((s) => [...range(3).map((f) => count(s, f)), s % 2].join(","));
  await pick(page, file("counts.csv", `912,815,703,604\n${counts.join("\n")}\n`));
  expect(await errorOf(page)).toMatch(/row 1 could be a header or a sample: .*choose which in "Names of features"$/);
  expect(await page.textContent("#data-undecided p")).toBe("What are the cells of row 1?");
  expect(await page.isDisabled("#data-load")).toBe(true);
  await page.click("#data-undecided button >> text=Names of features");
  await looked(page);
  expect(await page.isHidden("#data-undecided")).toBe(true);
  expect(await page.inputValue("#data-header")).toBe("true");
  expect(await load(page)).toMatch(/^counts: 12 samples of 3 features, 2 classes/);
  await page.close();
}, 60_000);

test("two tables dropped at once are samples and their labels, told apart by their IDs", async () => {
  const page = await openDemo(site);
  const matrix = `gene,${range(12).map((s) => `S${s}`).join(",")}\n${range(5).map((f) => [`g${f}`, ...range(12).map((s) => value(s, f))].join(",")).join("\n")}\n`; // biome-ignore format: a line
  const kinds = `sample,age,class\n${range(12).map((s) => `S${s},${40 + s},${kindOf(s)}`).join("\n")}\n`; // biome-ignore format: a line
  const drop = async (files: Record<string, string>) =>
    page.evaluate((entries) => {
      const dataTransfer = new DataTransfer();
      for (const [name, text] of Object.entries(entries)) dataTransfer.items.add(new File([text], name));
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
    }, files);
  for (const [first, second] of [
    ["a.csv", "b.csv"],
    ["b.csv", "a.csv"],
  ]) {
    await drop({ [first]: matrix, [second]: kinds });
    await page.waitForSelector("#data-paired");
    await looked(page);
    const told = `${first} holds the samples, ${second} their labels: a column of ${second} holds 12 IDs of ${first}`;
    expect(await page.textContent("#data-paired")).toContain(told);
    expect(await page.inputValue("#data-label-file")).toContain(second);
    expect(await load(page)).toMatch(/12 samples of 5 features, 2 classes.*healthy 6tumour 6/);
    expect(await summary(page)).toContain(second);
  }
  // the other way round, where both have the IDs and it is not meant so
  const down = `sample,g0,g1,g2\n${range(12).map((s) => [`S${s}`, value(s, 0), value(s, 1), value(s, 2)].join(",")).join("\n")}\n`; // biome-ignore format: a line
  await pick(page, file("kinds.csv", kinds), file("values.csv", down));
  await looked(page);
  expect(await page.textContent("#data-paired")).toMatch(
    /^values.csv holds the samples, kinds.csv their labels: they share 12 IDs/,
  );
  await page.click("#data-swap");
  await page.waitForFunction(() =>
    /^kinds.csv holds the samples/.test(document.querySelector("#data-paired")?.textContent ?? ""),
  );
  await pick(page, file("a.csv", matrix), file("other.csv", "sample,kind\nX1,a\nX2,b\n"));
  expect(await errorOf(page)).toMatch(/a.csv \+ other.csv: no column of either holds IDs of the other's samples/);
  await page.close();
}, 60_000);
