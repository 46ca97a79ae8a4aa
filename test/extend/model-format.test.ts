import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { MODEL_FORMATS, type ModelFormat } from "../../src/api/io.js";
import { coppice, useFolder } from "../cli/harness.js";
import { madeModel } from "../io/models.js";

// Formats of models of one's own: as a file and as a folder, written and read by the commands.

const folder = useFolder();
const MODULE = `
const [encode, decode] = [(value) => new TextEncoder().encode(JSON.stringify(value)), (bytes) => JSON.parse(new TextDecoder().decode(bytes))];
const plain = (_, value) => (ArrayBuffer.isView(value) ? { type: value.constructor.name, values: [...value] } : value);
const typed = (_, value) => (value?.type ? globalThis[value.type].from(value.values) : value);
const text = (saved) => encode(JSON.stringify(saved, plain));
const model = (bytes) => ({ saved: JSON.parse(decode(bytes), typed) });
export const json = {
  name: "json",
  title: "JSON",
  about: "a model as text",
  file: { extension: ".json", mediaType: "application/json", write: (saved) => [text(saved)], read: (file) => model(file.read(0, file.size)) },
};
export const halves = {
  name: "halves",
  title: "halves",
  about: "a model in two files",
  folder: {
    names: /^[ab]\\.half$/,
    write(saved) {
      const whole = text(saved);
      return new Map([["a.half", whole.subarray(0, 99)], ["b.half", whole.subarray(99)]]);
    },
    read: async (files) => model(Buffer.concat([files.get("a.half"), files.get("b.half")])),
  },
};
export const odd = {
  name: "odd",
  title: "odd",
  about: "what is no model",
  file: { extension: ".odd", mediaType: "text/plain", write: () => ["text"], read: () => ({ saved: {} }) },
};
`;
const write = (name: string, content: string | Uint8Array) => {
  writeFileSync(folder.path(name), content);
  return folder.path(name);
};
const bytesOf = (name: string) => new Uint8Array(readFileSync(folder.path(name)));
const written = (format: ModelFormat) => Buffer.concat([...(format.file?.write(madeModel(), {}) ?? [])]);

test("one that a module exports is written by its name, and its files are read like those of any other", async () => {
  const pieces = `--pieces ${write("mine.mjs", MODULE)}`;
  const model = write("m.safetensors", written(MODEL_FORMATS.safetensors));
  const read = async (path: string) => (await coppice(`inspect ${path} --json ${pieces}`)).out;
  const plain = ({ model: _path, bytes: _size, checksums: _sums, ...rest }: Record<string, unknown>) => rest;
  for (const [to, out] of [
    ["json", "m.json"],
    ["halves", "halves"],
  ]) {
    const { code, err } = await coppice(`export ${model} --to ${to} --out ${folder.path(out)} ${pieces}`);
    expect([code, err.includes("m.json") || err.includes("2 files in")], err).toEqual([0, true]);
    expect(plain(JSON.parse(await read(folder.path(out))))).toEqual(plain(JSON.parse(await read(model))));
    const back = folder.path(`${to}.safetensors`);
    expect((await coppice(`export ${folder.path(out)} --to safetensors --out ${back} ${pieces}`)).code).toBe(0);
    expect(bytesOf(`${to}.safetensors`)).toEqual(bytesOf("m.safetensors"));
  }
});

test("one that writes or reads what is none is refused by its name or the file's", async () => {
  const pieces = `--pieces ${write("mine.mjs", MODULE)}`;
  const model = write("m.safetensors", written(MODEL_FORMATS.safetensors));
  mkdirSync(folder.path("halves"));
  write("halves/a.half", "");
  const refusals: [string, string][] = [
    [`export ${model} --to odd --out ${folder.path("x")} ${pieces}`, '--to: what odd writes: "text" is no Uint8Array'],
    [`inspect ${write("m.odd", "")} ${pieces}`, "m.odd: network: state of a network"],
    [
      `export ${model} --to jsno --out ${folder.path("x")} ${pieces}`,
      'did you mean "json"? choose one of onnx, npz, safetensors, predictor, json',
    ],
    [`export ${model} --to json --out ${folder.path("x")}`, "one of your own comes with --pieces FILE.js"],
    [`export ${model} --to json --sparse --out ${folder.path("x")} ${pieces}`, "--sparse: concerns onnx alone; leave it out"],
  ];
  for (const [command, message] of refusals)
    expect(await coppice(command)).toMatchObject({ code: 2, err: expect.stringContaining(message) });
  expect(folder.list()).not.toContain("x");
});

test.each([
  ["file: [extension]", 'file: { extension: "odd", mediaType: "a", write() {} }', "an ending such as .onnx"],
  ["file: [write]", 'file: { extension: ".odd", mediaType: "a" }', "a function"],
  ["folder: [names]", 'folder: { names: "a", write() {} }', "a regular expression"],
  ["options", 'file: { extension: ".odd", mediaType: "a", write() {} }, options: {}', "left out: a command's options"],
  [
    "both",
    'file: { extension: ".o", mediaType: "a", write() {} }, folder: { names: /a/, write() {} }',
    "a file or a folder, one of them",
  ],
])("a faulty one is refused by its field: %s", async (_, field, message) => {
  const module = write("mine.mjs", `export const mine = { name: "mine", title: "m", about: "m", ${field} };`);
  const model = write("m.safetensors", written(MODEL_FORMATS.safetensors));
  const { code, err } = await coppice(`inspect ${model} --pieces ${module}`);
  expect([code, err]).toEqual([2, expect.stringContaining("export mine: model format: ")]);
  expect(err).toContain(message);
});
