import { type SpawnSyncReturns, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findCheckpoint } from "../../src/cli/checkpoints.js";
import { decodeSafetensors } from "../../src/io/formats/checkpoint/safetensors.js";
import { random } from "../../src/util/random.js";

// `coppice train` in processes of its own, which are killed, or whose disk is full, at every operation of a save and at any moment.

const folder = mkdtempSync(join(tmpdir(), "coppice-kill-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = (name: string) => join(folder, name);

const PRELOAD = new URL("../faulty-fs.mjs", import.meta.url).href;
const words = (out: string, epochs: number) =>
  `dist/cli.js train --data ${path("data.csv")} --hidden 12 --epsilon 3 --epochs ${epochs} --batch 8 --optimizer adam --dropout 0.2 --validation 0.2 --patience 30 --remove-first 1 --activation srelu --device cpu --out ${out} --resume`.split(
    " ",
  );

/** Runs it to its end; `fault` befalls the operation number `at` of its files, `log` gets their names. */
function runTo(out: string, epochs: number, fault?: { at?: number; fault?: string; log?: string }): SpawnSyncReturns<string> {
  const options = fault ? ["--import", PRELOAD] : [];
  const env = { ...process.env, ...(fault && { FAULTY_FS: JSON.stringify({ folder: out, ...fault }) }) };
  return spawnSync(process.execPath, [...options, ...words(out, epochs)], { env, encoding: "utf8" });
}

/** All that a model file holds but times. */
function bitsOf(out: string) {
  const { tensors, metadata } = decodeSafetensors(new Uint8Array(readFileSync(join(out, "model.safetensors"))), out);
  const config = JSON.parse(metadata.get("config") ?? "", (key, value) => (key === "seconds" ? undefined : value));
  return { config, tensors: [...tensors].map(([name, { data }]) => [name, Buffer.from(data.buffer).toString("base64")]) };
}

/** Epochs of metrics.csv. */
const epochsOf = (out: string) =>
  readFileSync(join(out, "metrics.csv"), "utf8")
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => Number(line.split(",")[0]));

/** Resumes the run and expects it to end like `whole`. */
function expectSameEnd(out: string, whole: string, epochs: number, where: string): void {
  const { status, stderr } = runTo(out, epochs);
  expect(status, `${where}: ${stderr}`).toBe(0);
  expect(bitsOf(out), where).toEqual(bitsOf(whole));
  expect(epochsOf(out), where).toEqual(epochsOf(whole));
  expect(readdirSync(out).join(" "), where).not.toContain(".part");
}

beforeAll(() => {
  const rng = random(1, "kill");
  const rows = Array.from({ length: 60 }, (_, i) => [
    ...Array.from({ length: 6 }, () => (rng.normal() + (i % 3)).toFixed(3)),
    `c${i % 3}`,
  ]);
  writeFileSync(path("data.csv"), `a,b,c,d,e,f,class\n${rows.map((row) => row.join(",")).join("\n")}\n`);
});

describe("a training of two epochs", () => {
  const operations: string[] = [];
  const whole = path("two");
  beforeAll(() => {
    const log = path("log");
    const { status, stderr } = runTo(whole, 2, { log });
    expect(status, stderr).toBe(0);
    operations.push(...readFileSync(log, "utf8").trimEnd().split("\n"));
    console.log(`${operations.length} operations on files: ${operations.filter((name) => name === "renameSync").length} renames`);
  });

  it("that is killed after any of its writes, flushes and renames is resumed to the same bits", () => {
    for (const [at, name] of operations.entries()) {
      if (!/write|fsync|rename|append|mkdir/.test(name)) continue;
      const out = path(`kill${at}`);
      const { signal } = runTo(out, 2, { at, fault: "kill" });
      expect(signal).toBe("SIGKILL");
      if (existsSync(out)) expect(findCheckpoint(out)?.damaged ?? []).toEqual([]);
      expectSameEnd(out, whole, 2, `killed after operation ${at}, ${name}`);
      rmSync(out, { recursive: true });
    }
  });

  it.each(["ENOSPC", "EFBIG"])("that meets %s in any of them says which file, and is resumed to the same bits", (fault) => {
    for (const [at, name] of operations.entries()) {
      if (!/write|fsync|rename|append/.test(name)) continue;
      const out = path(`${fault}${at}`);
      const { status, stderr } = runTo(out, 2, { at, fault });
      expect(status).toBe(1);
      expect(stderr, `${fault} at ${at}`).toMatch(/\ncoppice: \S+\/[a-z]+\.[a-z]+: cannot be written \(/);
      expect(stderr).toContain(`cannot be written (${fault}: `);
      expect(stderr).toContain(`, ${name})`);
      if (findCheckpoint(out))
        expect(stderr).toMatch(/checkpoint.*safetensors holds the last complete epoch; go on with: coppice train --out/);
      expectSameEnd(out, whole, 2, `${fault} at operation ${at}, ${name}`);
      rmSync(out, { recursive: true });
    }
  });
});

const EPOCHS = 30;

describe(`a training of ${EPOCHS} epochs`, () => {
  const whole = path("thirty");
  let ms = 0;
  beforeAll(() => {
    const start = performance.now();
    const { status, stderr } = runTo(whole, EPOCHS);
    ms = performance.now() - start;
    expect(status, stderr).toBe(0);
    expect(epochsOf(whole).length).toBe(EPOCHS);
  });

  it("that is killed 100 times at random moments, and resumed each time, ends with the same bits", async () => {
    const seed = Number(process.env.COPPICE_SEED ?? Date.now() % 1e6);
    const rng = random(seed, "moments");
    let [kills, runs, started] = [0, 0, 0];
    for (; kills < 100; runs++) {
      const out = path(`random${runs}`);
      for (let ended = false; !ended; ) {
        const child = spawn(process.execPath, words(out, EPOCHS), { stdio: ["ignore", "ignore", "pipe"] });
        let stderr = "";
        child.stderr.setEncoding("utf8").on("data", (text: string) => {
          stderr += text;
        });
        const timer = kills < 100 ? setTimeout(() => child.kill("SIGKILL"), rng.float() * ms) : undefined;
        const [code, signal] = await once(child, "close");
        clearTimeout(timer);
        ended = signal === null;
        if (ended) expect(code, `seed ${seed}: ${stderr}`).toBe(0);
        else kills++;
        if (existsSync(out)) expect(findCheckpoint(out)?.damaged ?? [], `seed ${seed}`).toEqual([]);
        if (!ended && existsSync(join(out, "checkpoint.safetensors"))) started++;
      }
      expect(bitsOf(out), `seed ${seed}`).toEqual(bitsOf(whole));
      expect(epochsOf(out), `seed ${seed}`).toEqual(epochsOf(whole));
      rmSync(out, { recursive: true });
    }
    console.log(
      `seed ${seed}: ${kills} kills of ${runs} runs, ${started} of them with a checkpoint; a whole run takes ${ms.toFixed(0)} ms`,
    );
    expect(started).toBeGreaterThan(20);
  });

  it("whose files grow above the system's limit (ulimit -f) says so, and is resumed to the same bits", () => {
    const out = path("limited");
    const first = path("first");
    expect(runTo(first, 1).status).toBe(0);
    const sizes = [first, whole].map((run) => statSync(join(run, "checkpoint.safetensors")).size);
    const limit = Math.round((sizes[0] + sizes[1]) / 2 / 1024);
    expect(limit * 1024).toBeGreaterThan(sizes[0] + 1024);
    const command = `ulimit -f ${limit}; exec "$0" "$@"`;
    const { status, stderr } = spawnSync("bash", ["-c", command, process.execPath, ...words(out, EPOCHS)], { encoding: "utf8" });
    expect(status, stderr).toBe(1);
    expect(stderr).toMatch(
      /cannot be written \(EFBIG: file too large, write\); \S+checkpoint.safetensors holds the last complete epoch; go on/,
    );
    expectSameEnd(out, whole, EPOCHS, "limited");
  });

  it("whose disk is full says so, and is resumed to the same bits once there is room", () => {
    const disk = path("disk");
    const out = join(disk, "run");
    mkdirSync(disk);
    const { size } = statSync(join(whole, "checkpoint.safetensors"));
    const mount = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${4 * Math.ceil(size / 4096) * 2}k`, "coppice-test", disk]);
    if (mount.status !== 0) console.log("no tmpfs can be mounted here: the disk is full by injection only");
    try {
      const { status, stderr } = runTo(out, EPOCHS, mount.status === 0 ? undefined : { at: 150, fault: "ENOSPC" });
      expect(status, stderr).toBe(1);
      expect(stderr).toMatch(/cannot be written \(ENOSPC: .*\); \S+ holds the last complete epoch; go on with: coppice train/);
      expect(findCheckpoint(out)?.damaged).toEqual([]);
      cpSync(out, path("roomy"), { recursive: true });
      expectSameEnd(path("roomy"), whole, EPOCHS, "full");
    } finally {
      if (mount.status === 0) spawnSync("umount", [disk]);
    }
  });
});

it("a second process is refused a run's folder with the first's id, and what a killed one leaves is no obstacle", async () => {
  const out = path("locked");
  const endless = words(out, 100_000).join(" ").replace(" --patience 30", "").split(" ");
  const child = spawn(process.execPath, endless, { stdio: ["ignore", "ignore", "ignore"] });
  const ended = once(child, "close");
  while (!existsSync(join(out, "checkpoint.safetensors"))) await new Promise((resolve) => setTimeout(resolve, 20));
  for (const how of ["--resume", "--force"]) {
    const given = [...endless.filter((word) => word !== "--resume"), how];
    const second = spawnSync(process.execPath, given, { encoding: "utf8" });
    expect(second.status, second.stderr).toBe(2);
    expect(second.stderr).toMatch(
      new RegExp(`coppice: --out: ${out} is in use by process ${child.pid}; wait for its end, or name another folder\n$`),
    );
  }
  child.kill("SIGKILL");
  await ended;
  expect(existsSync(join(out, "lock"))).toBe(true);
  const third = spawn(process.execPath, endless, { stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  third.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    if (/epoch \d+\//.test(stderr)) third.kill("SIGKILL");
  });
  await once(third, "close");
  expect(stderr).toContain("going on from");
  expect(readFileSync(join(out, "lock"), "utf8").split("\n")[0]).toBe(String(third.pid));
});
