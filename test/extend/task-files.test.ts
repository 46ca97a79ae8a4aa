import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { digits } from "../../src/api/index.js";
import { coppice, useFolder } from "../cli/harness.js";
import { readEvents } from "../io/event-reader.js";

// A task from outside in the command line: its files, reports and answers.

/** The labels of digits as numbers, to which one output is to come near. */
const MODULE = `
export const count = {
  name: "count",
  losses: [{
    name: "squared",
    wgsl: "fn sampleLoss(b: u32) -> f32 { let e = output(0u, b) - wanted(0u, b); setDelta(0u, b, 2.0 * e / f32(cursor.count)); return e * e; }",
    sample: ({ z, delta, count, wanted }, b) => ((delta[b] = (2 * (z[b] - wanted(0, b))) / count), (z[b] - wanted(0, b)) ** 2),
  }],
  metrics: [
    {
      name: "rooted",
      better: "smaller",
      of: Math.sqrt,
      wgsl: "fn sampleMetric(b: u32) -> f32 { let e = output(0u, b) - wanted(0u, b); return e * e; }",
      measure: ({ z, wanted }, b) => (z[b] - wanted(0, b)) ** 2,
    },
    {
      name: "near",
      better: "larger",
      fraction: true,
      over: ({ z, targets, samples }) => z.filter((value, i) => Math.abs(value - targets[i]) < 1.5).length / samples,
    },
  ],
  outputs: () => ["count"],
  width: () => 1,
  targets: ({ y, classes }) => Float32Array.from(y, (c) => Number(classes[c])),
};
`;
const folder = useFolder();

/** The words of `coppice train` that learn it. */
function counting(): string {
  writeFileSync(folder.path("mine.mjs"), MODULE);
  const pieces = `--task count --pieces ${folder.path("mine.mjs")}`;
  return `train --data digits --method set --hidden 30 --epochs 8 --batch 50 --lr 0.001 --device cpu ${pieces} --out ${folder.path("run")}`;
}

/** A value as people are told of it. */
const percent = (value: number) => `${(100 * value).toFixed(2)} %`;
const short = (value: number) => String(Number(value.toPrecision(3)));

test("its metrics are the columns and tags of a run's files, and are told of in words", async () => {
  const { code, err } = await coppice(`${counting()} --evaluate-every 2 --tensorboard --jsonl`);
  expect(code, err).toBe(0);
  const read = (name: string) => readFileSync(folder.path(`run/${name}`));
  const [header, ...rows] = read("metrics.csv").toString().trimEnd().split("\n");
  const measures =
    "trainLoss,trainRooted,trainNear,testLoss,testRooted,testNear,validationLoss,validationRooted,validationNear,runningLoss,runningRooted";
  expect(header).toBe(
    `epoch,${measures},nnz,lr,steps,neurons0,neurons1,neurons2,seconds,secondsTrain,secondsEvolve,secondsEvaluate`,
  );
  const records = read("metrics.jsonl")
    .toString()
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const told = (record: Record<string, unknown>) => measures.split(",").map((key) => String(record[key] ?? ""));
  expect(rows.map((row) => row.split(",").slice(1, 12))).toEqual(records.map(told));
  expect(records[0].testRooted).toBeNull(); // not evaluated
  expect(records[7].testRooted).toBeGreaterThan(0);

  const [events] = folder.list().filter((name) => name.includes("tfevents"));
  const scalars = readEvents(new Uint8Array(readFileSync(folder.path(events))))
    .map(({ summary }) => summary?.value ?? [])
    .filter(([first]) => first?.simpleValue !== undefined)
    .map((values) => Object.fromEntries(values.map(({ tag, simpleValue }) => [tag, simpleValue])));
  const { "loss/test": loss, "rooted/test": rooted, "near/test": near, "rooted/running": running } = scalars[7];
  const { testLoss, testRooted, testNear, runningRooted } = records[7];
  expect([loss, rooted, near, running]).toEqual([testLoss, testRooted, testNear, runningRooted].map(Math.fround));
  const tags = scalars.flatMap((numbers) => Object.keys(numbers));
  expect(tags.filter((tag) => /accuracy|near\/running/.test(tag))).toEqual([]);

  const { trainLoss, trainRooted, trainNear } = records[7];
  const [sums, fractions] = [
    `train ${short(trainRooted)}, test ${short(testRooted)}`,
    `train ${percent(trainNear)}, test ${percent(testNear)}`,
  ];
  expect(err).toContain(`: loss ${short(trainLoss)}, test rooted ${short(testRooted)}, 1,`);
  const losses = `(loss ${short(trainLoss)}, ${short(testLoss)})`;
  expect(err).toContain(`\nrooted     ${sums}   ${losses}\nnear       ${fractions}\n`);
  const report = read("report.html").toString();
  for (const [name, value] of [
    ["test rooted", short(testRooted)],
    ["training near", percent(trainNear)],
  ])
    expect(report).toContain(`<dt>${name}</dt><dd>${value}<small>`);
  for (const title of ["Loss", "Rooted", "Near"]) expect(report).toContain(`>${title}<`);
  expect(report).not.toMatch(/accuracy/i);
  const file = `${folder.path("run/model.safetensors")} --pieces ${folder.path("mine.mjs")}`;
  const inspection = await coppice(`inspect ${file}`);
  expect(inspection.code, inspection.err).toBe(0);
  expect(inspection.out).toContain("\noutputs     count\n");
  expect(err).toContain("features, 1 output\n");
  expect(report).toContain("features, 1 output, seed");
  expect(inspection.out).toContain(`scores      rooted ${sums}; near ${fractions} ${losses}\n`);
  const inspected = JSON.parse((await coppice(`inspect ${file} --json`)).out).training;
  expect(inspected).toMatchObject({ trainRooted, testNear });
  expect(Object.keys(inspected).join()).not.toMatch(/accuracy/i);

  const data = `${file} --data digits --device cpu`;
  const { out } = await coppice(`eval ${data}`);
  const evaluation = JSON.parse((await coppice(`eval ${data} --json`)).out);
  const { loss: mean, rooted: root, near: part, ...others } = evaluation;
  expect(root).toBeCloseTo(Math.sqrt(mean), 6);
  expect(out).toBe(`rooted ${short(root)}, near ${percent(part)}, loss ${short(mean)} on 1,797 samples\n`);
  expect(Object.keys(others)).toEqual(["model", "data", "device", "samples", "classes", "notes"]);
  const { predictions } = JSON.parse((await coppice(`predict ${data} --json`)).out);
  expect(predictions).toHaveLength(1797);
  const [head, ...lines] = (await coppice(`predict ${data}`)).out.trimEnd().split("\n");
  expect(head).toBe("count");
  expect(lines.map(Number)).toEqual(predictions.map(({ values }: { values: number[] }) => values[0]));
  const { y } = await digits();
  const squares = lines.reduce((sum, line, i) => sum + (Number(line) - y[i]) ** 2, 0);
  expect(mean).toBeCloseTo(squares / 1797, 5);

  expect((await coppice(`${counting()} --force`)).code).toBe(0); // its metrics.csv is known for a run's own
});

test("a test set may have labels that the training set lacks, where the task takes any", async () => {
  writeFileSync(folder.path("mine.mjs"), MODULE);
  const rows = (of: number[]) => `a,b,label\n${of.map((label, i) => `${label / 9},${i % 2},${label}\n`).join("")}`;
  writeFileSync(folder.path("tr.csv"), rows([1, 2, 3, 4, 1, 2, 3, 4]));
  writeFileSync(folder.path("te.csv"), rows([1, 5, 6, 1, 5, 6]));
  const words = `train --data ${folder.path("tr.csv")} --test ${folder.path("te.csv")} --label label --hidden 6 --epochs 2 --device cpu`;
  const own = `--method dense --task count --pieces ${folder.path("mine.mjs")} --out ${folder.path("own")}`;
  const { code, err } = await coppice(`${words} ${own}`);
  expect(code, err).toBe(0);
  expect(err).toContain("6 test");
  const classes = await coppice(`${words} --method dense --out ${folder.path("classes")}`);
  expect([classes.code, classes.err]).toEqual([
    2,
    expect.stringContaining('label "5" (row 2) is not among the 4 classes trained on'),
  ]);
});
