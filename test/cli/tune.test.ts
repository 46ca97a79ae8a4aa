import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createWebgpuDevice } from "../../src/device/webgpu/device.js";
import { encodeEntries, formatVariant, TUNING, type TuningEntry, tuningAdapter } from "../../src/tune/entries.js";
import { classCandidates } from "../../src/tune/table.js";
import { version } from "../../src/util/version.js";
import { coppice, run, SMALL, small, useFolder } from "./harness.js";

const folder = useFolder();
const env = () => ({ XDG_CACHE_HOME: folder.path("cache") });
const file = () => folder.path("cache/coppice/tuning.json");
const tune = (...words: string[]) => run(["tune", ...words], { env: env() });
const entries = (): TuningEntry[] => JSON.parse(readFileSync(file(), "utf8")).entries;

function remember(all: readonly TuningEntry[]): void {
  mkdirSync(folder.path("cache/coppice"), { recursive: true });
  writeFileSync(file(), encodeEntries(TUNING, all));
}

const SHAPE = "1024x1024/32768/32";
const [variant] = classCandidates("spmm", SHAPE);
const timed: TuningEntry = {
  version,
  adapter: "nvidia|ampere|RTX 3060|driver 5",
  kernel: "spmm",
  shape: SHAPE,
  variant: { VECS: 8 },
  fixed: false,
  trials: [
    { variant, ms: 0.12345 },
    { variant: { VECS: 8 }, ms: 0.1 },
  ],
};
const others: TuningEntry[] = [
  { ...timed, kernel: "sddmm", variant: { LANES: 8 }, trials: [] },
  { ...timed, adapter: "amd|rdna-3|RX 7600|driver 9", fixed: true },
  { ...timed, version: "0.0.1" },
];

describe("coppice tune list", () => {
  it("says that nothing is remembered, and where it would be", async () => {
    const { code, out } = await tune("list");
    expect(code).toBe(0);
    expect(out).toBe(`${file()}: nothing is remembered; training on a GPU times its kernels\n`);
    expect(folder.list()).toEqual([]);
  });

  it("prints adapters, kernels, shapes, variants and what every candidate took", async () => {
    remember([timed, ...others]);
    const { out } = await tune("list");
    expect(out).toContain(`nvidia ampere RTX 3060 driver 5, coppice ${version}\n`);
    expect(out).toMatch(new RegExp(`spmm +${SHAPE} +VECS=8 +${formatVariant(variant)}: 0.123, VECS=8: 0.1\n`));
    expect(out).toMatch(/spmm +\S+ +VECS=8 +fixed +/);
    expect(out).toContain("coppice 0.0.1 (another version: not used)");
    expect((await tune("list", "--adapter", "RX 7600")).out).not.toContain("nvidia");
    const { out: json } = await tune("list", "--json");
    expect(JSON.parse(json)).toEqual({ file: file(), entries: [timed, ...others] });
  });
});

describe("coppice tune list --adapter", () => {
  it("refuses what fits no entry rather than say that nothing is remembered", async () => {
    remember([timed, ...others]);
    for (const json of [[], ["--json"]]) {
      const { code, out, err } = await tune("list", "--adapter", "intel", ...json);
      expect([code, out]).toEqual([2, ""]);
      expect(err).toBe("coppice: tune list: none of the 4 entries fits these options; see coppice tune list\n");
    }
  });
});

describe("coppice tune clear", () => {
  it("forgets everything, or what options select", async () => {
    remember([timed, ...others]);
    expect((await tune("clear", "--kernel", "sddmm")).err).toBe(`${file()}: 1 of 4 entries cleared\n`);
    expect(entries()).toEqual([timed, ...others.slice(1)]);
    expect((await tune("clear", "--adapter", "amd")).code).toBe(0);
    expect(entries()).toEqual([timed, others[2]]);
    expect(JSON.parse((await tune("clear", "--json")).out)).toEqual({ file: file(), cleared: "all" });
    expect(existsSync(file())).toBe(false);
  });

  it("refuses what selects nothing, naming the nearest that is known", async () => {
    remember([timed, ...others]);
    const { code, err } = await tune("clear", "--kernel", "sddm");
    expect([code, err]).toEqual([2, 'coppice: --kernel: "sddm" is unknown; did you mean "sddmm"? choose one of spmm, sddmm\n']);
    expect((await tune("clear", "--kernel", "sddmm", "--adapter", "amd")).err).toContain("none of the 4 entries fits");
    expect(entries().length).toBe(4);
  });
});

describe("coppice tune fix", () => {
  it("sets a variant by hand on the adapter of this machine, or on one that is known", async () => {
    const device = await createWebgpuDevice();
    const here = tuningAdapter(device.info);
    await device.dispose();
    remember([timed]);
    const { code, err } = await tune("fix", "spmm", SHAPE, formatVariant(variant));
    expect(code, err).toBe(0);
    expect(entries()[1]).toEqual({ ...timed, adapter: here, variant, fixed: true, trials: [] });

    const known = JSON.parse((await tune("fix", "spmm", SHAPE, formatVariant(variant), "--adapter", "3060", "--json")).out);
    expect(known.entry).toEqual({ ...timed, variant, fixed: true }); // its times stay
    expect(entries().length).toBe(2);
    expect((await tune("fix", "spmm", SHAPE, formatVariant(variant), "--adapter", "3060")).err).toContain("timed at 0.123 ms");
  });

  it("refuses kernels, shapes, variants and adapters that are not, and says what is", async () => {
    remember([timed, ...others]);
    for (const [words, message] of [
      [["spm", SHAPE, "VECS=1"], 'tune fix, kernel: "spm" is unknown; did you mean "spmm"?'],
      [["spmm", "1000x1000/5/2", "VECS=1"], 'tune fix, shape: "1000x1000/5/2" is no class of shapes'],
      [["spmm", SHAPE, "VECS=77"], `"VECS=77" is no variant of spmm at ${SHAPE}; candidates are "`],
      [["spmm", SHAPE, "VECS"], 'VARIANT: "VECS" is no constant of a kernel; give NAME=NUMBER'],
      [["spmm", SHAPE, formatVariant(variant), "--adapter", "driver"], "is part of 2 adapters' names, expected one"],
      [["spmm", SHAPE, formatVariant(variant), "--adapter", "intel"], 'known are: "nvidia ampere RTX 3060 driver 5", "amd'],
    ] as const) {
      const { code, err } = await tune("fix", ...words);
      expect(code).toBe(2);
      expect(err).toContain(message);
    }
    expect(entries().length).toBe(4);
  });
});

describe("a cache that is corrupt", () => {
  it("is refused by training and by the commands that read it, and can be cleared", async () => {
    mkdirSync(folder.path("cache/coppice"), { recursive: true });
    writeFileSync(file(), '{"format": "coppice-tuning/1", "entr');
    const message = /tuning\.json: it is no tuning cache \(.+\); clear it with: coppice tune clear\n$/;
    for (const words of [
      "tune list",
      `tune fix spmm ${SHAPE} ${formatVariant(variant).replaceAll(" ", ",")}`,
      `train ${small("--device auto")} --out ${folder.path("r")}`,
    ]) {
      const { code, err } = await coppice(words, { env: env() });
      expect([words, code]).toEqual([words, 2]);
      expect(err).toMatch(message);
    }
    expect((await tune("clear")).code).toBe(0);
    expect((await tune("list")).code).toBe(0);
    expect(existsSync(folder.path("r"))).toBe(false);
  });
});

describe("coppice train --tune", () => {
  const command = `train ${small("--epochs 1 --method static --device webgpu --batch 16")}`;

  it("records what was fixed for this adapter in the plan of config.json", async () => {
    const shape = "32x64/1024/4"; // 64 -> 40 neurons, 8 x 104 connections at a batch of 16
    const [first] = classCandidates("spmm", shape);
    expect((await tune("fix", "spmm", shape, formatVariant(first))).code).toBe(0);
    const { code, err } = await coppice(`${command} --out ${folder.path("run")} --tune auto`, { env: env() });
    expect(code, err).toBe(0);
    const config = JSON.parse(readFileSync(folder.path("run/config.json"), "utf8"));
    expect(config.plan.variants).toEqual({ [`spmm ${shape}`]: first });
    expect(config.options.tune).toBe(undefined); // how the run came by its plan is no part of what it is
  });

  it("contradicts --plan and --resume, which say which kernels to take", async () => {
    await coppice(`train ${SMALL} --out ${folder.path("run")}`, { env: env() });
    for (const [words, by] of [
      [`--out ${folder.path("run")} --resume`, "--resume"],
      [`--data digits --out ${folder.path("new")} --plan ${folder.path("run/config.json")}`, "--plan"],
    ]) {
      const { code, err } = await coppice(`train ${words} --tune force`, { env: env() });
      expect([code, err]).toEqual([2, `coppice: --tune: contradicts ${by}: the recorded plan says which kernels to take\n`]);
    }
    const misspelt = await coppice(`train ${SMALL} --tune forse`, { env: env() });
    expect(misspelt.err).toContain('"forse" is unknown; did you mean "force"?');
  });

  it("refuses a plan with a variant that no kernel has", async () => {
    await coppice(`train ${SMALL} --out ${folder.path("run")}`, { env: env() });
    const config = JSON.parse(readFileSync(folder.path("run/config.json"), "utf8"));
    config.plan.variants = { [`spmm ${SHAPE}`]: { VECS: 77 } };
    writeFileSync(folder.path("plan.json"), JSON.stringify(config.plan));
    const { code, err } = await coppice(`train ${SMALL} --out ${folder.path("new")} --plan ${folder.path("plan.json")}`, {
      env: env(),
    });
    expect(code).toBe(2);
    expect(err).toContain(`plan: "VECS=77" is no variant of spmm at ${SHAPE}`);
    expect(err).toContain("train without the plan");
  });
});
