import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { decodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
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
    expect.stringContaining('--grow: "earliets" is unknown; did you mean "earliest"? choose one of random, earliest'),
  ]);
});
