import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CDPSession, Page, Worker } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { encodeCheckpoint, type SavedModel } from "../../src/api/index.js";
import { openDemo, openSite, phase, type Site, set, train } from "../page/site.js";
import { downloadModel, folders, GO_ON, reload, stopAfter } from "../page/storage.js";

// The page for long: a run of 100,000 epochs, which is gone on with near its end as training so long takes minutes, and many trainings.

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

const [EPOCHS, DONE, PEAK] = [100_000, 99_980, 54_321];

test("charts, table and files of 100,000 epochs: few are drawn, the peak among them, and all are saved", async () => {
  const page = await openDemo(site);
  await set(page, { hidden: "4", epochs: EPOCHS, method: "dense", batch: 256, lr: 1e-6, device: "cpu" });
  await stopAfter(page, 2);
  await keep(page, longer(await downloadModel(page)));
  await reload(page);
  expect(await page.locator(".offer p").textContent()).toContain("ended early, after epoch 99,980 of 100,000");
  await page.click(GO_ON);
  await phase(page, "done");
  const label = await page.getAttribute("#chart-connections", "aria-label");
  expect(label).toContain(`dense after epoch ${EPOCHS}: `);
  await page.click("#take > summary");
  const taken = async (button: string) => {
    const [file] = await Promise.all([page.waitForEvent("download"), page.click(button)]);
    return (await readFile(await file.path())).toString();
  };
  const csv = (await taken("#take-csv")).trim().split("\n");
  expect(csv.length).toBe(1 + EPOCHS);
  expect(csv.slice(1).every((line, i) => line.startsWith(`dense,${i + 1},`))).toBe(true);
  await page.selectOption("#take-what", { label: "Connections" });
  const svg = await taken("#take-svg");
  const paths = [...svg.matchAll(/ d="([^"]+)"/g)].map(([, path]) => path.match(/[\d.]+,[\d.]+/g) ?? []);
  const curve = paths.reduce((longest, path) => (path.length > longest.length ? path : longest));
  expect(curve.length).toBeGreaterThan(2);
  expect(curve.length).toBeLessThan(1000);
  expect(new Set(curve.map((point) => point.split(",")[1])).size, "the line, and its peak").toBe(2);
  await page.close();
}, 120_000);

/** Trainings that are watched, and those before them, by which the engine has settled. */
const [TRAININGS, WARM_UP] = [20, 6];
/** What may come and go from the first half of the watched to the second: what a leak of each training would be far above. */
const LIMITS: Counts = { heap: 400_000, nodes: 20, listeners: 20, workerHeap: 400_000, buffers: 0 };

test(`${TRAININGS} trainings on WebGPU leave no objects, nodes, listeners or buffers, and what leaks is found`, async () => {
  const page = await openDemo(site);
  await set(page, { hidden: "20", epochs: 2, device: "webgpu" });
  const [worker] = page.workers();
  await countBuffers(worker);
  const count = await createCounter(page, worker);
  const watch = async (trainings: number, after = async () => {}) => {
    const all: Counts[] = [];
    for (let i = 0; i < trainings; i++) {
      await train(page);
      await page.evaluate(() => document.getElementById("past-drop")?.click()); // the table of runs is to grow
      await page.waitForSelector("#past", { state: "hidden" });
      await page.waitForTimeout(500); // what follows a training: its test, a look ahead
      await after();
      all.push(await count());
    }
    return all;
  };
  await watch(WARM_UP);
  const samples = await watch(TRAININGS);
  console.log(`${TRAININGS} trainings of the page: grown by ${JSON.stringify(growthOf(samples))}`);
  expect(grown(samples)).toEqual([]);

  const leaking = await watch(10, async () => {
    await page.evaluate(() => {
      const node = document.createElement("p");
      for (let i = 0; i < 20; i++) node.append(document.createElement("b"));
      node.addEventListener("click", () => node.remove());
      for (let i = 0; i < 10; i++) node.addEventListener("click", () => void i);
      const leaks = globalThis as { leaks?: unknown[] };
      leaks.leaks = [...(leaks.leaks ?? []), node, Array.from({ length: 10_000 }, (_, i) => ({ i }))];
    });
    await worker.evaluate(() => {
      const all = globalThis as unknown as { leaks?: unknown[]; device?: GPUDevice };
      all.leaks = [...(all.leaks ?? []), Array.from({ length: 10_000 }, (_, i) => ({ i }))];
      all.device?.createBuffer({ size: 64, usage: GPUBufferUsage.COPY_DST });
    });
  });
  expect(grown(leaking)).toEqual(Object.keys(LIMITS));
  await page.close();
}, 600_000);

/** What is there after a training. */
interface Counts {
  /** Bytes of JavaScript objects, of the page and of the worker that trains. */
  readonly heap: number;
  readonly nodes: number;
  readonly listeners: number;
  readonly workerHeap: number;
  /** GPU buffers that were not destroyed. */
  readonly buffers: number;
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** How much more there is in the second half of the trainings than in the first. */
function growthOf(samples: readonly Counts[]): Counts {
  const half = samples.length / 2;
  const keys = Object.keys(LIMITS) as (keyof Counts)[];
  const more = (key: keyof Counts) => {
    const values = samples.map((one) => one[key]);
    return median(values.slice(half)) - median(values.slice(0, half));
  };
  return Object.fromEntries(keys.map((key) => [key, more(key)])) as unknown as Counts;
}

/** What has grown by more than comes and goes. */
function grown(samples: readonly Counts[]): string[] {
  const growth = growthOf(samples);
  return (Object.keys(LIMITS) as (keyof Counts)[]).filter((key) => growth[key] > LIMITS[key]);
}

/** Counts the buffers that a worker makes and destroys from now on. */
async function countBuffers(worker: Worker): Promise<void> {
  await worker.evaluate(() => {
    const all = Object.assign(globalThis as unknown as { buffers: number; device?: GPUDevice }, { buffers: 0 });
    const { createBuffer } = GPUDevice.prototype;
    const { destroy } = GPUBuffer.prototype;
    const live = new WeakSet<GPUBuffer>();
    GPUDevice.prototype.createBuffer = function (descriptor) {
      const buffer = createBuffer.call(this, descriptor);
      all.device = this;
      all.buffers++;
      live.add(buffer);
      return buffer;
    };
    GPUBuffer.prototype.destroy = function () {
      if (live.delete(this)) all.buffers--;
      return destroy.call(this);
    };
  });
}

/** Counts what is there once garbage is collected, in the page and in its worker. */
async function createCounter(page: Page, worker: Worker): Promise<() => Promise<Counts>> {
  const session = await page.context().newCDPSession(page);
  const inWorker = await workerSession(session);
  return async () => {
    await session.send("HeapProfiler.collectGarbage");
    await inWorker("HeapProfiler.collectGarbage");
    const { usedSize } = await session.send("Runtime.getHeapUsage");
    const { nodes, jsEventListeners } = await session.send("Memory.getDOMCounters");
    const own = (await inWorker("Runtime.getHeapUsage")) as { usedSize: number };
    const buffers = await worker.evaluate(() => (globalThis as unknown as { buffers: number }).buffers);
    return { heap: usedSize, nodes, listeners: jsEventListeners, workerHeap: own.usedSize, buffers };
  };
}

/** Sends commands to the one worker of a page. */
async function workerSession(session: CDPSession): Promise<(method: string) => Promise<unknown>> {
  const attached = new Promise<string>((resolve) =>
    session.once("Target.attachedToTarget", ({ sessionId }) => resolve(sessionId)),
  );
  await session.send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  const sessionId = await attached;
  const waiting = new Map<number, (result: unknown) => void>();
  session.on("Target.receivedMessageFromTarget", ({ message }) => {
    const { id, result } = JSON.parse(message) as { id?: number; result?: unknown };
    if (id !== undefined) waiting.get(id)?.(result);
  });
  let calls = 0;
  return async (method) => {
    const id = ++calls;
    const answer = new Promise((resolve) => waiting.set(id, resolve));
    await session.send("Target.sendMessageToTarget", { sessionId, message: JSON.stringify({ id, method }) });
    return answer;
  };
}

/** A model as it would be after so many epochs of such, one of them with a peak. */
function longer(model: SavedModel): SavedModel {
  const { training } = model;
  if (!training) throw new Error("the model is not of a training");
  const last = training.history[training.history.length - 1] as { steps: number; nnz: number };
  const history = Array.from({ length: DONE }, (_, i) => ({
    ...last,
    epoch: i + 1,
    nnz: i + 1 === PEAK ? 2 * last.nnz : last.nnz,
  }));
  return { ...model, training: { ...training, epoch: DONE, step: DONE * last.steps, history } };
}

/** Puts a checkpoint of the first run into the one training that the page has kept. */
async function keep(page: Page, model: SavedModel): Promise<void> {
  const [folder] = await folders(page);
  await page.evaluate(() => document.body.append(Object.assign(document.createElement("input"), { type: "file", id: "given" })));
  const home = await mkdtemp(join(tmpdir(), "coppice-page-"));
  const file = join(home, `0-${DONE}-of-${EPOCHS}.safetensors`);
  await writeFile(file, encodeCheckpoint(model));
  await page.setInputFiles("#given", file); // from disk: it has 40 MB
  await page.evaluate(async (id) => {
    const [file] = (document.getElementById("given") as HTMLInputElement).files ?? [];
    const all = await (await navigator.storage.getDirectory()).getDirectoryHandle("coppice");
    const own = await (await all.getDirectoryHandle(id)).getFileHandle(file.name, { create: true });
    const writable = await own.createWritable();
    await writable.write(file);
    await writable.close();
  }, folder);
  await rm(home, { recursive: true });
}
