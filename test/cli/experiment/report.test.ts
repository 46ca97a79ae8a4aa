import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "papaparse";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { suiteConfig } from "../../../src/experiment/plan/check-config.js";
import { builtInSuite } from "../../../src/experiment/plan/suites/index.js";
import type { ReportInput } from "../../../src/experiment/report/input.js";
import { writeReport } from "../../../src/experiment/report/write-report.js";
import type { RunResult } from "../../../src/experiment/run/records.js";
import { openStore } from "../../../src/experiment/store/store.js";
import { madeUpResult, simulateSuite } from "../../experiment/simulated-suite.js";
import { matrixDescribe } from "../../matrix.js";
import { coppice, useFolder } from "../harness.js";

const SECTIONS = [
  ...["Failed and missing runs", "Results by dataset", "Mean ranks", "Compared with npset", "Learning curves"],
  ...["Connections and neurons over the epochs", "Accuracy against the budget", "Accuracy against the removed fraction"],
  ...["Ablations", "Neurons removed after training", "Tuning", "Floating point operations of a training", "Times"],
  ...["How to read it", "Again"],
];

function write(folder: string, change: Partial<ReportInput>): string {
  const config = builtInSuite("generalization");
  writeReport(
    { results: [], failed: [], config, splits: [], command: "coppice experiment generalization", times: [], ...change },
    folder,
  );
  return readFileSync(join(folder, "report.html"), "utf8");
}

/** Throws where a tag of HTML is not closed in its place. */
function checkTags(page: string): void {
  const open: string[] = [];
  for (const [, close, name, self] of page.matchAll(/<(\/?)([a-z][a-z0-9]*)(?:\s(?:[^<>"]|"[^"]*")*?)?(\/?)>/gi)) {
    if (self || ["meta", "br"].includes(name)) continue;
    if (!close) open.push(name);
    else if (open.pop() !== name) throw new Error(`</${name}> closes nothing`);
  }
  if (open.length > 0) throw new Error(`not closed: ${open.join(" ")}`);
}

function headings(page: string): string[] {
  return [...page.matchAll(/<h2 id="[^"]*">([^<]*)<\/h2>/g)].map(([, text]) => text.replaceAll("&#39;", "'"));
}

matrixDescribe("the report of a whole suite", () => {
  let folder = "";
  let page = "";
  const results = simulateSuite(builtInSuite("generalization"), {
    npset: 0.05,
    set: 0.06,
    static: 0.02,
    dense: -0.02,
    linear: -0.1,
  });
  const read = (name: string) => readFileSync(join(folder, name), "utf8");
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "coppice-report-"));
    page = write(folder, { results });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("has every section in its order, in HTML and in Markdown", () => {
    checkTags(page);
    expect(headings(page)).toEqual(SECTIONS);
    const titles = [...read("report.md").matchAll(/^## (.*)$/gm)].map(([, text]) => text);
    expect(titles).toEqual(SECTIONS);
    expect(page).not.toMatch(/NaN|undefined|Infinity|\[object/);
    expect(read("report.md")).not.toMatch(/NaN|undefined|Infinity|\[object/);
  });

  it("fetches nothing from anywhere and is below 2 MB", () => {
    expect(statSync(join(folder, "report.html")).size).toBeLessThan(2e6);
    expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|https?:/i);
    for (const [, address] of page.matchAll(/(?:href|src)="([^"]*)"/g)) {
      expect(address).toMatch(/^#/);
      expect(page).toContain(`id="${address.slice(1)}"`);
    }
  });

  it("speaks of the suite's own runs, and of no claim", () => {
    expect(read("report.md")).not.toMatch(/hypothes|claim|paper|Mocanu/i);
    expect(page).not.toContain("report is of a part");
    expect(page).toContain("1290 of 1290 planned runs");
  });

  it("shows every figure of the Markdown as a file that stands alone", () => {
    const shown = [...read("report.md").matchAll(/!\[[^\]]*\]\(figures\/([^)]*)\)/g)].map(([, file]) => file);
    expect(shown.length).toBeGreaterThan(40);
    expect([...shown].sort()).toEqual(readdirSync(join(folder, "figures")).sort());
    for (const file of shown) {
      const svg = read(join("figures", file));
      expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
      expect(svg.replace(/xmlns="[^"]*"/, "")).not.toMatch(/http|href|NaN/);
      checkTags(svg);
    }
  });

  it("gives every run as a line of CSV, with the command that runs it alone", () => {
    const { data } = parse<Record<string, string>>(read("runs.csv"), { header: true, skipEmptyLines: true });
    expect(data.length).toBe(1290);
    const one = results.find(({ key }) => key === "budget/Yale/set:epsilon=20/3");
    const row = data.find(({ command }) => command.endsWith("--only budget/Yale/set:epsilon=20/3"));
    expect(Number(row?.accuracy)).toBe(one?.final.testAccuracy);
    expect(Number(row?.parameters_final)).toBe(one?.parameters.final);
    const table = parse<Record<string, string>>(read("table.csv"), { header: true, skipEmptyLines: true }).data;
    expect(table.length).toBe(258); // 18 x 8 main, 3 x 8 wide, 3 x 8 budget, 3 x 10 removed, 3 x 12 ablation
    expect(new Set(table.filter((entry) => entry.interval === "bootstrap").map((entry) => entry.dataset))).toEqual(
      new Set(["USPS", "mnist", "fashion-mnist"]),
    );
  });
});

describe("the report of a part", () => {
  const folder = useFolder();
  const config = suiteConfig({ datasets: ["digits"], methods: ["set", "dense"], splits: 3, studies: ["main"] }, "mine", "mine");
  const result = (method: "set" | "dense", split: number) =>
    madeUpResult({ study: "main", dataset: "digits", method, variant: "", split }, 0.8);

  it("says what is missing and what failed, and of what that is the consequence", () => {
    const run = { study: "main", dataset: "digits", method: "dense", variant: "", split: 1 } as const;
    const failed = [{ key: "main/digits/dense/1", run, reason: "all of <tuning> diverged" }];
    const page = write(folder.path(), { config, results: [result("set", 0), result("set", 1), result("dense", 0)], failed });
    checkTags(page);
    expect(headings(page)[0]).toBe("Failed and missing runs");
    expect(headings(page)).not.toContain("Ablations"); // the suite is without them
    expect(page).toContain("3 of 6 planned runs have results, 1 failed, 2 are missing");
    expect(page).toContain("main: 2 runs; digits 2 (set, dense)");
    expect(page).toContain("all of &lt;tuning&gt; diverged");
    expect(page).toContain("Compared with set");
    expect(page).toContain("dense on digits: 1 split");
    expect(page).toContain("1 dataset cannot give an adjusted p of 0.05 or less");
  });

  it("of which no run is missing, but some failed, says so, and how many splits an ablation is of", () => {
    const small = suiteConfig(
      { datasets: ["digits"], methods: ["npset"], splits: 2, studies: ["main", "ablation"] },
      "mine",
      "mine",
    );
    const failing = "ablation/digits/npset:regrow=heUniform/1";
    const all = simulateSuite(small, {});
    const lost = all.filter(({ key }) => key === failing).map(({ key, run }) => ({ key, run, reason: "diverged" }));
    const results = all.filter(({ key }) => key !== failing);
    const page = write(folder.path(), { config: small, results, failed: lost });
    expect(page).toContain(`1 of ${all.length} planned runs failed, ${all.length - 1} have results`);
    expect(page).not.toContain("report is of a part");
    expect(page.match(/, 1 of 2 splits/g)).toHaveLength(1);
  });

  it("names the methods to which the grid of rates did no justice, and no others", () => {
    const tuned = (method: "set" | "dense", split: number, lr: number, diverged: number) => {
      const trials = [0.001, 0.005, 0.02, 0.1].map((rate, i) => ({
        lr: rate,
        decay: 0,
        folds: [1],
        bestEpoch: 3,
        loss: i < diverged ? null : 1,
      }));
      return { ...result(method, split), tuning: { trials, lr, decay: 0, edge: lr === 0.001 || lr === 0.1 } };
    };
    const page = write(folder.path(), {
      config,
      results: [
        ...[tuned("set", 0, 0.001, 1), tuned("set", 1, 0.02, 1)], // half and a quarter: not more
        ...[tuned("dense", 0, 0.001, 2), tuned("dense", 1, 0.001, 1), tuned("dense", 2, 0.02, 1)],
      ],
    });
    expect(page).toContain(
      "dense may be under-tuned: the least rate won in 66.7 % of its runs, so that one below 0.001 may be better; 33.3 % of its trials diverged",
    );
    expect(page).not.toContain("set may be under-tuned");
    const high = write(folder.path(), { config, results: [tuned("set", 0, 0.1, 0)] });
    expect(high).toContain("set may be under-tuned: the largest rate won in 100.0 % of its runs, so that one above 0.1 may");
  });

  it("begins columns of sentences at the left, and says where the data come from", () => {
    const run = { study: "main", dataset: "digits", method: "dense", variant: "", split: 1 } as const;
    const reason = "training diverged, which takes more than sixty characters to be explained";
    const data = ["digits", "Yale", "own.csv"];
    const own = suiteConfig({ datasets: data, methods: ["set", "dense"], splits: 3, studies: ["main"] }, "mine", "mine");
    const page = write(folder.path(), { config: own, failed: [{ key: "main/digits/dense/1", run, reason }] });
    expect(page).toContain(`<td class="text">${reason}</td>`);
    const markdown = readFileSync(folder.path("report.md"), "utf8");
    expect(markdown).toContain("| failed run | reason |\n| --- | --- |\n");
    expect(markdown).toMatch(/fetch NAME puts them there, .*: Yale\. digits is part of coppice\. Of your own, .*: own\.csv\./);
    expect(page).toContain("coppice experiment report runs/mine --to docs/mine");
    write(folder.path(), { config, results: [result("set", 0)] });
    expect(readFileSync(folder.path("report.md"), "utf8")).toMatch(/\| method \| tuned runs .*\n\| --- \| ---: \|/);
  });

  it("is written without any result", () => {
    const page = write(folder.path(), { config });
    expect(page).toContain("0 of 6 planned runs have results, 0 failed, 6 are missing");
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });

  it("is written by coppice experiment report, of a folder that the command left", async () => {
    const store = openStore(folder.path("results"), config, "cpu");
    store.open([]);
    store.addResult(result("set", 0));
    store.close();
    const ran = await coppice(`experiment report ${folder.path("results")} --to ${folder.path("docs")} --json`);
    expect(ran.code).toBe(0);
    expect(JSON.parse(ran.out)).toMatchObject({ planned: 6, done: 1, missing: 5, failed: 0 });
    expect(folder.list()).toContain(join("docs", "report.html"));
    const other = await coppice(`experiment report ${folder.path("results")} --to ${folder.path("docs")} --baseline dense`);
    expect(other.code).toBe(0);
    expect(readFileSync(folder.path("docs/report.md"), "utf8")).toContain("## Compared with dense");
    const none = await coppice(`experiment report ${folder.path("results")} --baseline npset`);
    expect(none).toMatchObject({ code: 2, out: "" });
    expect(none.err).toContain("--baseline");
    const wrong = await coppice(`experiment report ${folder.path("docs/figures")}`);
    expect(wrong).toMatchObject({ code: 2, out: "" });
    expect(wrong.err).toContain("holds no results of coppice experiment");
  });

  it("is the same of the results in one file that it leaves beside itself", async () => {
    const store = openStore(folder.path("results"), config, "cpu");
    store.open([]);
    store.addResult(result("set", 0));
    store.addFailure({ key: "main/digits/dense/0", run: result("dense", 0).run, reason: "diverged" });
    store.close();
    await coppice(`experiment report ${folder.path("results")} --to ${folder.path("docs")}`);
    const ran = await coppice(`experiment report ${folder.path("docs")} --to ${folder.path("again")}`);
    expect(ran.code).toBe(0);
    const files = folder.list().filter((name) => name.startsWith("docs/") && /\.\w+$/.test(name));
    expect(files).toContain("docs/results.jsonl.gz");
    for (const name of files) {
      const [first, second] = [name, name.replace("docs", "again")].map((file) => readFileSync(folder.path(file)));
      expect(second.equals(first)).toBe(true);
    }
    writeFileSync(folder.path("again/results.jsonl.gz"), "no archive");
    const broken = await coppice(`experiment report ${folder.path("again")}`);
    expect(broken).toMatchObject({ code: 2 });
    expect(broken.err).toMatch(/results\.jsonl\.gz: cannot be read/);
  });

  it("leaves nothing of an earlier report that it has no more, and nothing else in the folder goes", () => {
    const curves = [{ score: "degree", order: "ascending", fractions: [0, 1], values: [0.8, 0.5] }] as const;
    const epoch = { seconds: 1, evolution: null, connections: 3, hidden: 2, share: 1 };
    const measured = { version: "1", device: "cpu", name: "cpu", processor: "p", threads: 1, node: "v" } as const;
    const times = [{ dataset: "digits", round: 0, measured, methods: [{ method: "set", first: epoch, last: null }] }];
    const before = write(folder.path(), { config, results: [{ ...result("set", 0), removedAfter: curves }], times });
    expect(before).toContain("medians over 1 round.");
    for (const name of ["mine.svg", "digits-mine.svg"]) writeFileSync(folder.path(join("figures", name)), "<svg/>");
    const removed = join("figures", "digits-set-neurons-removed-after-training.svg");
    expect(folder.list()).toEqual(expect.arrayContaining([removed, "times.csv"]));
    write(folder.path(), { config, results: [result("set", 0)] });
    const left = folder.list();
    for (const name of [removed, "times.csv"]) expect(left).not.toContain(name);
    expect(left).toEqual(expect.arrayContaining(["mine.svg", "digits-mine.svg"].map((name) => join("figures", name))));
    const shown = readFileSync(folder.path("report.md"), "utf8").match(/\(figures\/[^)]*\)/g) ?? [];
    expect(left.filter((name) => /figures.*svg/.test(name)).length).toBe(shown.length + 2);
  });

  it("says what all runs took, and of how many the CPU time is known", () => {
    const took = (split: number, seconds: RunResult["seconds"]) => ({ ...result("set", split), seconds });
    const known = took(0, { total: 3600, tuning: 1, train: 1, cpu: 1800 });
    const page = write(folder.path(), { config, results: [known, took(1, { total: 1800, tuning: 1, train: 1 })] });
    expect(page).toContain("The 2 runs of this report, tuning included, took 1 h 30 min of wall time");
    expect(page).toContain("and 30 min 0 s of CPU time (of the 1 that recorded it)");
    expect(write(folder.path(), { config, results: [took(1, { total: 1800, tuning: 1, train: 1 })] })).not.toContain(
      "of CPU time",
    );
  });

  it("keeps names that look like markup or like formulas as text", () => {
    const odd: RunResult = madeUpResult({ study: "main", dataset: "<b>|x", method: "set", variant: "", split: 0 }, 0.8);
    const page = write(folder.path(), { config, results: [{ ...odd, command: "=1+1" }] });
    expect(page).toContain("&lt;b&gt;|x");
    expect(readFileSync(folder.path("report.md"), "utf8")).toContain("\\<b\\>\\|x");
    expect(readFileSync(folder.path("runs.csv"), "utf8")).toContain(",'=1+1");
  });
});
