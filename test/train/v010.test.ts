import { cpSync, readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import type { MissingPolicy } from "../../src/data/missing.js";
import { readDataset } from "../../src/data/read-dataset.js";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { decodeCheckpoint, encodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { loadModel } from "../../src/train/model.js";
import type { TrainOptions } from "../../src/train/options.js";
import { train } from "../../src/train/train.js";
import { coppice, useFolder } from "../cli/harness.js";
import { expectSameState } from "./same-runs.js";

// What coppice 0.1.0 wrote (fixtures/v010/make.mjs) goes on as it did there. Its statistics are of 32 bits, and so were its inputs before they
// were standardised: the data are such that other bits come out otherwise.

interface Expected {
  readonly file: string;
  readonly missing?: MissingPolicy;
  readonly options: TrainOptions;
  readonly labels: readonly number[];
  /** The bytes of the probabilities, f32, in base64. */
  readonly probabilities: string;
}

const bytes = (name: string) => new Uint8Array(readFileSync(new URL(`../fixtures/v010/${name}`, import.meta.url)));
const expected: Record<string, Expected> = JSON.parse(new TextDecoder().decode(bytes("expected.json")));
const device = createCpuDevice({ threads: 1 });
afterAll(() => device.dispose());
const folder = useFolder();

it.each(Object.entries(expected))("a model and a checkpoint of 0.1.0, %s, predict and resume to its bits", async (kind, was) => {
  const saved = decodeCheckpoint(bytes(`${kind}.safetensors`));
  const dataset = await readDataset([{ name: was.file, bytes: bytes(was.file) }], { missing: was.missing });
  const model = loadModel(device, saved);
  const { labels, probabilities } = await model.predict(dataset.x);
  await model.dispose();
  expect(Array.from(labels)).toEqual(was.labels);
  expect(Buffer.from(probabilities.buffer).toString("base64")).toBe(was.probabilities);

  const resume = decodeCheckpoint(bytes(`${kind}-2.safetensors`));
  const resumed = await train({ train: dataset }, { ...was.options, device, resume });
  const ended = await resumed.save();
  await resumed.dispose();
  expectSameState(ended.network, saved.network);
  expect(ended.input).toEqual(saved.input);
  expect(decodeCheckpoint(encodeCheckpoint(ended)).input).toEqual(saved.input); // also when it is saved again
});

it("a folder of 0.1.0 is gone on with by the command line, and other data are refused", async () => {
  const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/v010/${name}`, import.meta.url));
  cpSync(fixture("run"), folder.path("run"), { recursive: true });
  rmSync(folder.path("run/model.safetensors"));
  const other = await coppice(`train --out ${folder.path("run")} --resume --data ${fixture("levels.csv")}`);
  expect(other.code).toBe(2);
  const ran = await coppice(`train --out ${folder.path("run")} --resume --data ${fixture("table.csv")}`);
  expect(ran.code, ran.err).toBe(0);
  const ended = decodeCheckpoint(new Uint8Array(readFileSync(folder.path("run/model.safetensors"))));
  expectSameState(ended.network, decodeCheckpoint(bytes("run/model.safetensors")).network);
});
