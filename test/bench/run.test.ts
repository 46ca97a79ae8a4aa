import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { startBudget } from "../../bench/budget.js";
import { spmmCase } from "../../bench/kernels/spmm.js";
import { bench } from "../../bench/main.js";
import { nodePlatform } from "../../bench/node/platform.js";
import { squareProblem } from "../../bench/problems.js";
import { type LeftOut, parseBench, type Row } from "../../bench/record.js";
import { measureCase, paceKey } from "../../bench/suites/kernels.js";
import { timePhases } from "../../bench/suites/phases.js";
import { createBench, type Offspring } from "../../bench/suites/suite.js";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import type { Device } from "../../src/device/device.js";
import { createScratch } from "../../src/device/scratch.js";
import { CoppiceError } from "../../src/util/check.js";
import { coppice, useFolder } from "../cli/harness.js";

const folder = useFolder();

/** A suite on a device, and what it reports. */
function benchOn(device: Device, seconds: number) {
  const [rows, leftOut]: [Row[], LeftOut[]] = [[], []];
  const bench = createBench(
    {
      suite: "kernels",
      device,
      mode: "quick",
      roofline: null,
      only: [],
      candidates: false,
      budget: startBudget(seconds),
      offspring: null,
      peers: null,
      peakBytes: null,
    },
    { row: (row) => void rows.push(row), leftOut: (cell) => void leftOut.push(cell), memory: () => {} },
  );
  return { bench, rows, leftOut };
}

describe("coppice bench", () => {
  it("measures, checks and writes a valid bench.json and a page without anything to fetch", async () => {
    const { code, err } = await coppice(`bench kernels --only pick,count-signs --out ${folder.path("out")}`);
    expect(code, err).toBe(0);
    const file = parseBench(readFileSync(folder.path("out/bench.json"), "utf8"), "bench.json");
    expect(file).toMatchObject({ mode: "quick", suites: ["kernels"], device: { kind: "webgpu", software: true } });
    expect(file.command).toMatch(/^coppice bench kernels --only pick,count-signs --out/);
    expect(file.roofline?.fmaGflops).toBeGreaterThan(0);
    expect(new Set(file.rows.map(({ name }) => name))).toEqual(new Set(["pick", "count-signs"]));
    for (const { ms, checked, clock, figures } of file.rows) {
      expect({ checked, clock }).toEqual({ checked: "all", clock: "gpu" });
      expect(ms.min <= ms.median && ms.median <= ms.p90 && ms.rounds >= 3).toBe(true);
      expect(figures.ofCopy).toBeCloseTo(figures.gbps / (file.roofline?.copyGbps ?? 0), 9);
    }
    const html = readFileSync(folder.path("out/bench.html"), "utf8");
    expect(html).toContain("software adapter");
    expect(html).not.toMatch(/https?:\/\/|<script/);
    const same = await coppice(`bench --compare ${folder.path("out/bench.json")} ${folder.path("out/bench.json")}`);
    expect(same.out).toMatch(/^0 slower, 0 faster, \d+ within the noise/);
    const { out } = await coppice(`bench --markdown ${folder.path("out/bench.json")}`);
    expect(out).toMatch(/^# Results\n(?:.*\n)+## .*software adapter, no GPU/);
    expect(out).toMatch(/\| what \| digit \| min ms \|/);
  });

  it("prints one JSON document of a run on the CPU device", async () => {
    const { code, out } = await coppice("bench kernels --device cpu --only advance --json");
    expect(code).toBe(0);
    expect(parseBench(out, "stdout").rows.map(({ name, clock }) => [name, clock])).toEqual([["advance", "wall"]]);
  });

  it.each([
    ["bench kernel", /suite: "kernel" is unknown; did you mean "kernels"\?/],
    ["bench --quick --full", /--quick: excludes --full/],
    ["bench kernels --only spm", /--only: "spm" is unknown; did you mean "spmm"\?/],
    ["bench evolve --only spmm", /--only: "spmm" is unknown/],
    ["bench --device gpu", /--device: "gpu" is unknown/],
    ["bench --compare one.json", /--compare: 1 file; give two/],
    ["bench --out --json", /--out: a value is missing before --json/],
    ["bench --compare none.json none.json", /none.json/],
  ])("refuses %s", async (argv, message) => {
    const { code, err, out } = await coppice(argv);
    expect(err).toMatch(message);
    expect(err.trim().split("\n")).toHaveLength(1);
    expect({ out, code }).toEqual({ out: "", code: argv.includes("none.json") ? 1 : 2 });
  });

  it("refuses files that are no bench.json, naming what is wrong", async () => {
    for (const [text, message] of [
      ["{", /is no JSON/],
      ["[]", /is array, expected an object/],
      ['{"format": 1}', /format is number, expected string/],
    ] as const) {
      writeFileSync(folder.path("bad.json"), text);
      const { code, err } = await coppice(`bench --markdown ${folder.path("bad.json")}`);
      expect({ code }).toEqual({ code: 2 });
      expect(err).toMatch(message);
    }
    expect(existsSync(folder.path("out"))).toBe(false);
  });
});

describe("a suite that fails", () => {
  it.each([
    [new Error("the device is gone"), {}],
    [new CoppiceError("spmm: 1 instead of 2"), { kind: "failure" }], // exit code 1, not that of bad usage
  ])("ends the run with %s, after what had been measured is written and printed", async (error, kind) => {
    const offspring: Offspring = async () => ({
      get rows(): Row[] {
        throw error;
      },
      leftOut: [],
    });
    const out: string[] = [];
    const terminal = { out: (text: string) => void out.push(text), err: () => {}, live: null, env: {} };
    const request = {
      suites: ["kernels", "evolve", "scale"],
      only: ["advance", "cpu"],
      out: folder.path("out"),
      command: [],
    } as const;
    const running = bench(request, terminal, { ...nodePlatform([]), offspring });
    await expect(running).rejects.toMatchObject({ message: error.message, ...kind });
    const file = parseBench(readFileSync(folder.path("out/bench.json"), "utf8"), "bench.json");
    expect(file.rows.map(({ name }) => name)).toEqual(["advance"]);
    expect(file.leftOut).toEqual([
      { suite: "evolve", name: "the rest of the run", cell: { suites: "evolve, scale" }, reason: error.message },
    ]);
    expect(out.join("")).toContain(`the rest of the run (suites evolve, scale): ${error.message}`);
  });
});

describe("a cell", () => {
  const small = spmmCase(squareProblem("er", 32, 0.2), 4);

  it("is left out when the time is spent, when it does not fit, and when one run would be too long, each with the reason", async () => {
    const spent = benchOn(createCpuDevice(), 0);
    await measureCase(spent.bench, small);
    expect(spent.leftOut[0]).toMatchObject({ name: "spmm", cell: small.cell, reason: expect.stringMatching(/are spent/) });

    const tight = benchOn(createCpuDevice({ bindingBytes: 64 }), 10);
    await measureCase(tight.bench, small);
    expect(tight.leftOut[0].reason).toMatch(/above the 64 that the device binds/);

    const slow = benchOn(createCpuDevice(), 10);
    slow.bench.pace.learn(paceKey(small), 1, 1);
    await measureCase(slow.bench, small);
    expect(slow.leftOut[0].reason).toMatch(/would take about \d+ ms, above the 250 ms/);
    for (const { rows } of [spent, tight, slow]) expect(rows).toEqual([]);
  });

  it("that is wrong fails the run rather than being left out", async () => {
    const device = createCpuDevice();
    const broken: Device = {
      ...device,
      read: async (buffers) => (await device.read(buffers)).map((data) => data.map((value) => value + 1)),
    };
    const { bench } = benchOn(broken, 10);
    await expect(measureCase(bench, small)).rejects.toThrow(/the CPU twin's is/);
  });

  it("frees what it made", async () => {
    const device = createCpuDevice();
    let alive = 0;
    const counted: Device = {
      ...device,
      createBuffer(...args) {
        alive++;
        return device.createBuffer(...args);
      },
      destroyBuffers(buffers) {
        for (const buffer of buffers) if (buffer) alive--;
        device.destroyBuffers(buffers);
      },
    };
    const { bench, rows } = benchOn(counted, 10);
    await measureCase(bench, small);
    expect({ alive, rows: rows.length }).toEqual({ alive: 0, rows: 1 });
  });
});

it("phases add up to the whole, overlapping ones counted once, and bytes are what went up and down", async () => {
  const { ms, bytesUp, bytesDown } = await timePhases(createScratch(createCpuDevice()), async ({ device }) => {
    const first = device.createBuffer("first", "u32", new Uint32Array(5));
    const recording = await device.record([]);
    await Promise.all([device.run(recording), device.run(recording)]);
    await device.read([first]);
    device.write(device.createBuffer("second", "f32", 8), new Float32Array(3));
    await device.run(recording);
  });
  expect({ bytesUp, bytesDown }).toEqual({ bytesUp: 32, bytesDown: 20 });
  const { total, ...phases } = ms;
  expect(Object.values(phases).reduce((sum, part) => sum + part, 0)).toBeCloseTo(total, 9);
  for (const part of Object.values(phases)) expect(part).toBeGreaterThanOrEqual(0);
});
