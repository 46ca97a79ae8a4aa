import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { decodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { COUNT_MODULE } from "../extend/count-module.js";
import { coppice, SMALL, useFolder } from "./harness.js";

// Pieces that are not built in, from a module that the command names.

const folder = useFolder();
const MODULE = `
/** The free cells that come first. */
export const earliest = {
  name: "earliest",
  grow({ kept, count, place }) {
    const [rowIdx, colIdx] = [new Uint32Array(count), new Uint32Array(count)];
    for (let row = 0, found = 0; found < count; row++) {
      const taken = new Set(kept.colIdx.subarray(kept.rowPtr[row], kept.rowPtr[row + 1]));
      for (let col = 0; col < kept.cols && found < count; col++) {
        if (taken.has(col)) continue;
        rowIdx[found] = row;
        colIdx[found++] = col;
      }
    }
    return place({ rowIdx, colIdx });
  },
};
export const softsign = {
  name: "softsign",
  needs: "z",
  wgsl: \`
fn activate(z: vec4<f32>, alpha: f32, p: vec4<f32>) -> vec4<f32> { return z / (1.0 + abs(z)); }
fn derivative(z: vec4<f32>, alpha: f32, p: vec4<f32>, scale: f32) -> vec4<f32> { return 1.0 / ((1.0 + abs(z)) * (1.0 + abs(z))); }\`,
  f: (z) => z / (1 + Math.abs(z)),
  df: (z) => 1 / (1 + Math.abs(z)) ** 2,
};
`;
const write = (name: string, text: string) => {
  writeFileSync(folder.path(name), text);
  return folder.path(name);
};

test("train takes pieces of a module by their names, and goes on with them where the module is named again", async () => {
  const pieces = `--pieces ${write("mine.mjs", MODULE)}`;
  const own = `${SMALL} --method set --grow earliest --activation softsign`;
  const interruption = new AbortController();
  const onErr = (line: string) => line.startsWith("epoch 2") && interruption.abort(new Error("interrupted"));
  const run = (name: string, options: string, more = {}) => coppice(`train ${options} --out ${folder.path(name)}`, more);
  expect((await run("whole", `${own} ${pieces}`)).code).toBe(0);
  expect((await run("cut", `${own} ${pieces}`, { signal: interruption.signal, onErr })).code).toBe(1);

  const { options, train } = JSON.parse(readFileSync(folder.path("whole/config.json"), "utf8"));
  expect(train).toMatchObject({ evolution: { grow: "earliest" }, network: { activation: "softsign" } });
  expect(options.pieces).toBeUndefined(); // what is read names no code to run

  const without = await run("cut", "--resume");
  expect([without.code, without.err]).toEqual([2, expect.stringContaining('--grow: "earliest" is unknown;')]);
  expect(without.err).toContain("one of your own comes with --pieces FILE.js");
  expect((await run("cut", `--resume ${pieces}`)).code).toBe(0);
  const bytes = (name: string) => new Uint8Array(readFileSync(folder.path(`${name}/model.safetensors`)));
  const module = await import(folder.path("mine.mjs"));
  const model = (name: string) => decodeCheckpoint(bytes(name), name, Object.values(module));
  expect(model("cut").network).toEqual(model("whole").network);

  const file = folder.path("whole/model.safetensors");
  for (const command of [`eval ${file} --data digits --device cpu`, `inspect ${file}`]) {
    expect((await coppice(`${command} ${pieces}`)).code, command).toBe(0);
    const { code, err } = await coppice(command);
    expect([code, err], command).toEqual([2, expect.stringContaining('activation: "softsign" is unknown')]);
  }
});

test.each([
  ["exists", "missing.mjs", null, "missing.mjs is no file; name a JavaScript module"],
  ["can be run", "throws.mjs", "throw new Error('not today');", "throws.mjs cannot be run: not today"],
  ["exports something", "empty.mjs", "export {};", "empty.mjs exports nothing; export a piece"],
  [
    "exports pieces alone",
    "helper.mjs",
    "export const help = () => 1;",
    "helper.mjs: export help: a function is none of these: method,",
  ],
  [
    "has whole pieces",
    "half.mjs",
    "export const half = { name: 'half', scope: 'all' };",
    'export half: pruner: "half": scope: "all" is unknown',
  ],
  [
    "has names of its own",
    "taken.mjs",
    "export const a = { name: 'random', grow() {} };",
    'export a: grower: "random" is the name of a built-in grower',
  ],
])("a module of pieces %s", async (_, name, text, message) => {
  const path = text === null ? folder.path(name) : write(name, text);
  const { code, err } = await coppice(`train ${SMALL} --pieces ${path} --out ${folder.path("run")}`);
  expect([code, err]).toEqual([2, expect.stringContaining(message)]);
});

test("a misspelt name is told with the nearest, own ones among them", async () => {
  const { code, err } = await coppice(`train ${SMALL} --pieces ${write("mine.mjs", MODULE)} --grow earliets`);
  expect([code, err]).toEqual([
    2,
    expect.stringContaining('--grow: "earliets" is unknown; did you mean "earliest"? choose one of random, '),
  ]);
});

test.each([
  [
    "grower",
    "async grow() { throw new TypeError('no room'); }",
    "--method set --grow mine",
    'grower "mine": grow threw: TypeError: no room',
  ],
  ["pruner", "scope: 'network', count() { throw 'enough'; }", "--method set --prune mine", 'pruner "mine": count threw: enough'],
  [
    "schedule",
    "factor() { return undefined.rate; }",
    "--lr-schedule mine",
    /learning rate schedule "mine": factor threw: TypeError: .*'rate'/,
  ],
  [
    "loss",
    "wgsl: 'fn sampleLoss(b: u32) -> f32 { return 0.0; }', sample() { throw new RangeError('far off'); }",
    "--loss mine",
    'loss "mine": sample threw: RangeError: far off',
  ],
  [
    "metric",
    "better: 'larger', over() { throw new Error('no outcome'); }",
    "--metrics mine",
    'metric "mine": over threw: no outcome',
  ],
])("a %s that throws is named with its words, and is no error of coppice's", async (_, fields, options, message) => {
  const pieces = write("mine.mjs", `export const mine = { name: "mine", ${fields} };`);
  const { code, err } = await coppice(`train ${SMALL} ${options} --pieces ${pieces} --out ${folder.path("run")}`);
  const told = typeof message === "string" ? expect.stringContaining(message) : expect.stringMatching(message);
  expect([code, err]).toEqual([1, told]);
  expect(err).not.toContain("internal error");
});

test("what throws within a task, an instance of a class, or a format is named, too", async () => {
  const table = write("t.csv", ["u,v,count", ...Array.from({ length: 30 }, (_, i) => `${i},${i % 7},${i % 9}`)].join("\n"));
  const words = `--data ${table} --label count --method linear --epochs 2 --device cpu --out ${folder.path("run")}`;
  const near = write("near.mjs", COUNT_MODULE.replace("z.filter(", "z.near("));
  expect((await coppice(`train ${words} --task count --pieces ${near}`)).err).toMatch(
    /^coppice: task "count": metrics: near: over threw: TypeError: z\.near is not a function/m,
  );
  const text = `class Last { name = "last"; file = { extension: ".last", mediaType: "text/plain", write: () => this.bytes() };
    title = "Last"; about = "nothing"; bytes() { throw new Error("not yet"); } }
  export const last = new Last();
  export const half = { name: "half", factor: () => 0.5 };`;
  const pieces = write("last.mjs", text);
  expect((await coppice(`train ${words} --lr-schedule half --force --pieces ${pieces}`)).code).toBe(0);
  const model = folder.path("run/model.safetensors");
  const { code, err } = await coppice(`export ${model} --to last --pieces ${pieces} --out ${folder.path("m.last")}`);
  expect([code, err]).toEqual([1, 'coppice: model format "last": file: write threw: not yet\n']);
});

test("a suite tells which piece threw", async () => {
  const pieces = write("mine.mjs", COUNT_MODULE.replace("z.filter(", "z.near("));
  write("t.csv", ["u,v,count", ...Array.from({ length: 60 }, (_, i) => `${i},${i % 7},${i % 3}`)].join("\n"));
  const datasets = [{ data: "t.csv", label: "count" }];
  const suite = {
    task: "count",
    methods: ["linear"],
    splits: 2,
    studies: ["main"],
    epochs: 2,
    lrs: [0.01],
    decays: [0],
    datasets,
  };
  const file = write("my.json", JSON.stringify({ ...suite, folds: 1 }));
  const { code, err } = await coppice(`experiment ${file} --slots 0 --pieces ${pieces} --out ${folder.path("out")}`);
  expect([code, err]).toEqual([1, expect.stringContaining('coppice: task "count": metrics: near: over threw:')]);
});

test("the losses and metrics of a task of one's own are found by their names", async () => {
  const table = write("t.csv", ["u,v,count", ...Array.from({ length: 30 }, (_, i) => `${i},${i % 7},${i % 9}`)].join("\n"));
  const pieces = `--pieces ${write("mine.mjs", COUNT_MODULE)}`;
  const words = `train --data ${table} --label count --method linear --epochs 2 --device cpu --task count`;
  const run = (more: string) => coppice(`${words} ${more} ${pieces} --out ${folder.path("run")} --force`);
  const { code, err } = await run("--loss squared");
  expect(code, err).toBe(0);
  expect((await run("--loss sqared")).err).toContain('--loss: "sqared" is unknown; did you mean "squared"?');
  expect((await run("--metrics near")).err).toContain("metrics: near is told of already; leave it out");
});

test("an import takes pieces, and names the flag where they are missing", async () => {
  const pieces = `--pieces ${write("mine.mjs", MODULE)}`;
  const model = folder.path("run/model.safetensors");
  expect((await coppice(`train ${SMALL} --activation softsign ${pieces} --out ${folder.path("run")}`)).code).toBe(0);
  expect((await coppice(`export ${model} --to npz ${pieces} --out ${folder.path("npz")}`)).code).toBe(0);
  const words = `import ${folder.path("npz")} --out ${folder.path("back.safetensors")}`;
  const without = await coppice(words);
  expect([without.code, without.err]).toEqual([2, expect.stringContaining("hand it in by pieces (--pieces FILE.js)")]);
  const activationOf = async () => {
    const { out } = await coppice(`inspect ${folder.path("back.safetensors")} ${pieces} --json`);
    return JSON.parse(out).activation;
  };
  expect((await coppice(`${words} ${pieces}`)).code).toBe(0);
  expect(await activationOf()).toBe("softsign");
  rmSync(folder.path("npz/model.json"));
  rmSync(folder.path("npz/input.npz"));
  expect((await coppice(`${words} --activation softsign ${pieces}`)).code).toBe(0);
  expect(await activationOf()).toBe("softsign");
  expect((await coppice(`${words} --activation softsine ${pieces}`)).err).toContain('did you mean "softsign"?');
  expect((await coppice(`${words} --activation srelu`)).err).toContain("--activation: srelu has parameters that are trained");
});
