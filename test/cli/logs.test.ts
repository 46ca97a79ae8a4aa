import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import type { EpochRecord } from "../../src/train/records.js";
import { type ReadEvent, readEvents } from "../io/event-reader.js";
import { coppice, SMALL, small, useFolder } from "./harness.js";

const folder = useFolder();
const bytes = (name: string) => new Uint8Array(readFileSync(folder.path(name)));
type Line = Omit<EpochRecord, "seconds"> & { readonly seconds: number };
const lines = (name: string): Line[] =>
  readFileSync(folder.path(name), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
const eventFiles = (under: string) => folder.list().filter((name) => name.startsWith(`${under}/events.out.tfevents.`));
const tags = ({ summary }: ReadEvent) =>
  Object.fromEntries((summary?.value ?? []).map((value) => [value.tag, value.simpleValue]));

describe("a training", () => {
  it("tells TensorBoard and a file of JSON lines what --json says in the end, and of the weights it saves", async () => {
    const { out, code, err } = await coppice(
      `train ${SMALL} --evaluate-every 2 --tensorboard --jsonl --out ${folder.path("run")} --json`,
    );
    expect(code, err).toBe(0);
    const records = lines("run/metrics.jsonl");
    expect(records).toEqual(JSON.parse(out).history);
    const [file, ...more] = eventFiles("run/tensorboard");
    expect([more, /tfevents\.\d{10}\.coppice\.00000000$/.test(file)]).toEqual([[], true]);
    const [version, session, ...events] = readEvents(bytes(file));
    expect([version.fileVersion, session.sessionLog, session.step]).toEqual(["brain.Event:2", { status: "START" }, 1]);

    const numbers = events.filter(({ summary }) => summary?.value[0].simpleValue !== undefined);
    expect(numbers.map(({ step }) => step)).toEqual([1, 2, 3]);
    for (const [i, event] of numbers.entries()) {
      const told = tags(event);
      const { trainLoss, testAccuracy, nnz, neurons, seconds, lr } = records[i];
      expect(told["network/connections"]).toBe(nnz);
      expect(told["network/hidden neurons"]).toBe(neurons[1] + neurons[2]);
      expect(told["seconds/total"]).toBe(Math.fround(seconds));
      expect(told["training/learning rate"]).toBe(Math.fround(lr));
      expect("loss/validation" in told).toBe(false);
      expect("loss/train" in told).toBe(i > 0); // epoch 1 is not evaluated
      if (i > 0)
        expect([told["loss/train"], told["accuracy/test"]]).toEqual([
          Math.fround(trainLoss ?? 0),
          Math.fround(testAccuracy ?? 0),
        ]);
    }
    const shapes = events.filter(({ summary }) => summary?.value[0].histo !== undefined);
    expect(shapes.map(({ step }) => step)).toEqual([1, 2, 3]);
    const { layers } = decodeCheckpoint(bytes("run/checkpoint.safetensors")).network;
    const expected = layers.flatMap(({ params: { values, bias } }, i) => [
      [`layers.${i}/weights`, values.length, Math.max(...values)],
      [`layers.${i}/biases`, bias.length, Math.max(...bias)],
    ]);
    const last = shapes[2].summary?.value ?? [];
    expect(last.map(({ tag, histo }) => [tag, histo?.num, histo?.max])).toEqual(expected);
    for (const { histo } of last) expect(histo?.bucket.reduce((a, b) => a + b, 0)).toBe(histo?.num);
  });

  it("that goes on begins a session after the last checkpoint, and its JSON lines have every epoch once", async () => {
    const stop = new AbortController();
    const board = folder.path("board");
    const command = `train ${small("--epochs 6")} --tensorboard ${board} --jsonl --out ${folder.path("run")}`;
    const interrupted = await coppice(command, {
      signal: stop.signal,
      onErr: (text) => {
        if (text.includes("epoch 2/6")) stop.abort(new Error("interrupted"));
      },
    });
    expect(interrupted.code).toBe(1);
    const done = decodeCheckpoint(bytes("run/checkpoint.safetensors")).training?.epoch ?? 0;
    expect(done).toBeGreaterThanOrEqual(1);
    writeFileSync(folder.path("run/metrics.jsonl"), '{"epoch":', { flag: "a" }); // as a killed process may leave it
    const resumed = await coppice(`train --out ${folder.path("run")} --resume`);
    expect(resumed.code, resumed.err).toBe(0);
    expect(lines("run/metrics.jsonl").map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6]);
    const [, later] = eventFiles("board");
    expect(later).toMatch(/coppice\.0000000[1-5]$/);
    const [, session, ...events] = readEvents(bytes(later));
    expect([session.sessionLog, session.step]).toEqual([{ status: "START" }, done + 1]);
    const steps = new Set(events.map(({ step }) => step));
    expect([...steps]).toEqual([1, 2, 3, 4, 5, 6].filter((epoch) => epoch > done));
  });

  it("writes neither unasked, and refuses a folder for TensorBoard that is a file", async () => {
    expect((await coppice(`train ${small("--epochs 1")} --out ${folder.path("run")}`)).code).toBe(0);
    expect([existsSync(folder.path("run/metrics.jsonl")), existsSync(folder.path("run/tensorboard"))]).toEqual([false, false]);
    const path = folder.path("run/metrics.csv");
    const refused = await coppice(`train ${SMALL} --out ${folder.path("other")} --tensorboard ${path}`);
    expect(refused).toMatchObject({ code: 2, err: expect.stringMatching(/--tensorboard: .*metrics.csv is a file/) });
    expect(existsSync(folder.path("other"))).toBe(false);
  });
});
