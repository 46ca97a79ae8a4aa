import { execFile } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { useFolder } from "../cli/harness.js";
import { COUNT_MODULE } from "../extend/count-module.js";

const folder = useFolder();
/** As it was built: slots are processes of this program. Throws with its words where it fails. */
const coppice = (words: readonly string[]) => promisify(execFile)(process.execPath, ["dist/cli.js", ...words]);

test("a suite of a task from outside runs in processes of its own to the same results", async () => {
  writeFileSync(folder.path("mine.mjs"), COUNT_MODULE);
  const rows = Array.from({ length: 60 }, (_, i) => [Math.sin(i), Math.cos(3 * i), Math.round(50 + 20 * Math.sin(i))].join(","));
  writeFileSync(folder.path("a.csv"), ["u,v,count", ...rows].join("\n"));
  const settings = {
    task: "count",
    methods: ["set", "linear"],
    splits: 1,
    lrs: [0.001],
    decays: [0],
    hidden: [12, 10],
    epochs: 2,
  };
  const suite = { ...settings, datasets: [{ data: "a.csv", label: "count" }], folds: 1, studies: ["main"] };
  writeFileSync(folder.path("my.json"), JSON.stringify(suite));
  const pieces = ["--pieces", folder.path("mine.mjs")];
  const results = [];
  for (const slots of [0, 1]) {
    const out = folder.path(`out${slots}`);
    await coppice(["experiment", folder.path("my.json"), "--slots", String(slots), "--out", out, ...pieces]);
    const files = readdirSync(`${out}/runs`, { recursive: true }) as string[];
    const texts = files.filter((name) => name.endsWith(".json")).sort();
    results.push(
      texts.map((name) => {
        const { seconds, ...rest } = JSON.parse(readFileSync(`${out}/runs/${name}`, "utf8"));
        return rest;
      }),
    );
  }
  expect(results[0]).toHaveLength(2);
  expect(results[1]).toEqual(results[0]);
  await coppice(["experiment", "report", folder.path("out1"), ...pieces, "--to", folder.path("docs")]);
  const report = readFileSync(folder.path("docs/report.md"), "utf8");
  expect(report).toMatch(/coppice experiment report runs\/my --to docs\/my --pieces \S+mine\.mjs/);
});
