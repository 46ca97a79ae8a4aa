import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeStudy } from "../../../bench/studies/generalization/report.js";
import { suiteConfig } from "../../../src/experiment/plan/check-config.js";
import { builtInSuite } from "../../../src/experiment/plan/suites/index.js";
import { madeUpResult, simulateSuite } from "../../experiment/simulated-suite.js";
import { matrixTest } from "../../matrix.js";

const SECTIONS = [
  ...["What was decided", "Verdict on the paper's claims", "Results by dataset", "Figure 1: neurons removed after training"],
  ...["Figure 2: learning curves", "Connections and neurons over the epochs", "Accuracy against the budget"],
  ...["Accuracy against the removed fraction", "Ablations", "Mean ranks", "Tuning"],
  ...["Secondary endpoint: the epoch that validation chose", "Floating point operations of a training", "Times"],
  ...["Failed and missing runs", "What could not be matched to the paper", "Caveats of the data", "Again"],
];

describe("the study", () => {
  let folder = "";
  const read = (name: string) => readFileSync(join(folder, name), "utf8");
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "coppice-study-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  matrixTest("of the whole suite has every section in its order, what failed first", () => {
    const config = builtInSuite("generalization");
    const results = simulateSuite(config, { npset: 0.05, set: 0.06, static: 0.02, dense: -0.02, linear: -0.1 });
    writeStudy({ results, failed: [], config, command: "c", splits: [], times: [] }, folder);
    expect([...read("report.md").matchAll(/^## (.*)$/gm)].map(([, text]) => text)).toEqual(SECTIONS);
    const page = read("report.html");
    expect(page).not.toMatch(/NaN|undefined|Infinity|\[object/);
    expect(page.indexOf("<h3>Failed: ")).toBeLessThan(page.indexOf("<h3>Held: "));
  });

  it("of a part says what cannot be decided", () => {
    const config = suiteConfig({ datasets: ["digits"], methods: ["set", "dense"], splits: 3, studies: ["main"] }, "mine", "mine");
    const of = (method: "set" | "dense", split: number) =>
      madeUpResult({ study: "main", dataset: "digits", method, variant: "", split }, 0.8);
    const results = [of("set", 0), of("set", 1), of("dense", 0)];
    writeStudy({ results, failed: [], config, command: "c", splits: [], times: [] }, folder);
    const page = read("report.html");
    expect(page).toContain("H1 on digits: 1 split");
    expect(page).toContain("nothing can hold");
    expect(page).toContain("Not decided: H2, H3 could not be tested");
    writeStudy({ results: [], failed: [], config, command: "c", splits: [], times: [] }, folder);
    expect(read("report.html")).toContain("Not decided: H1, H2, H3, H4, H5, H6");
  });
});
