import { readFile } from "node:fs/promises";
import type { BrowserContext, Page } from "playwright-core";
import { expect } from "vitest";
import { decodeCheckpoint, encodeCheckpoint, type SavedModel } from "../../src/api/index.js";
import { phase, ready, type Site } from "./site.js";

// Looks at what the page keeps in the browser's private storage, and at what it offers of it.

/** Eventually, on a slow machine too. */
export const SOON = { timeout: 30_000, interval: 100 };

/** The button of an offer to go on, or to open what is done. */
export const GO_ON = ".offer button.use";

/** The model of the page, as it is downloaded. */
export async function downloadModel(page: Page): Promise<SavedModel> {
  await page.waitForSelector("#model-download:not([disabled])");
  const [got] = await Promise.all([page.waitForEvent("download"), page.click("#model-download")]);
  return decodeCheckpoint(await readFile(await got.path()));
}

/** A model's bytes without what clocks measured. */
export function bits({ training, ...model }: SavedModel): Uint8Array {
  if (!training) throw new Error("the model is not of a training");
  const timeless = (records: readonly unknown[]) => records.map((record) => ({ ...(record as object), seconds: null }));
  const { history, evolutions } = training;
  return encodeCheckpoint({ ...model, training: { ...training, history: timeless(history), evolutions: timeless(evolutions) } });
}

/** All files of kept trainings, by their paths. */
export async function stored(page: Page): Promise<string[]> {
  return Object.keys(await contents(page)).sort();
}

/** The texts of all files of kept trainings, or of the page's whole storage, by their paths. */
export function contents(page: Page, within: "coppice/" | "" = "coppice/"): Promise<Record<string, string>> {
  return page.evaluate(async (start) => {
    const found: Record<string, string> = {};
    const walk = async (folder: FileSystemDirectoryHandle, path: string) => {
      for await (const [name, entry] of folder.entries())
        if (entry.kind === "directory") await walk(entry as FileSystemDirectoryHandle, `${path}${name}/`);
        else
          found[path + name] = await (entry as FileSystemFileHandle)
            .getFile()
            .then((file) => file.text())
            .catch(() => ""); // renamed or removed meanwhile
    };
    await walk(await navigator.storage.getDirectory(), "");
    return Object.fromEntries(Object.entries(found).filter(([path]) => path.startsWith(start)));
  }, within);
}

/** What is done to a file: its last bytes are cut off, or a text of it is replaced by one of equal length. */
export type Damage = { readonly cut: number } | { readonly from: string; readonly to: string };

/** Damages the files of the page's storage whose names end so. */
export function damage(page: Page, ending: string, how: Damage): Promise<void> {
  return page.evaluate(
    async ([end, change]) => {
      const all = await (await navigator.storage.getDirectory()).getDirectoryHandle("coppice");
      const rewrite = async (file: FileSystemFileHandle) => {
        const bytes = new Uint8Array(await (await file.getFile()).arrayBuffer());
        const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
        const changed = "cut" in change ? text.slice(0, -change.cut) : text.replace(change.from, change.to);
        if (changed === text) throw new Error(`${file.name} has nothing of that`);
        const writable = await file.createWritable();
        await writable.write(Uint8Array.from(changed, (letter) => letter.charCodeAt(0)));
        await writable.close();
      };
      // Whoever writes to a training's folder holds its name: the page may be looking at it.
      for await (const folder of all.values())
        await navigator.locks.request(`coppice kept ${folder.name}`, async () => {
          for await (const entry of (folder as FileSystemDirectoryHandle).values())
            if (entry.name.endsWith(end)) await rewrite(entry as FileSystemFileHandle);
        });
    },
    [ending, how] as const,
  );
}

/** The epochs of the first run whose checkpoints are kept, the last one first. */
export async function keptEpochs(page: Page): Promise<number[]> {
  const epochs = (await stored(page)).flatMap((path) => /\/0-(\d+)-of-\d+\.safetensors$/.exec(path)?.[1] ?? []);
  return epochs.map(Number).sort((a, b) => b - a);
}

/** Waits until that epoch of the first run, or a later one, is kept. */
export async function waitForKept(page: Page, epoch: number): Promise<void> {
  await expect.poll(async () => (await keptEpochs(page))[0] ?? 0, SOON).toBeGreaterThanOrEqual(epoch);
}

/** Waits until the trainings of these folders have made room, and the one that follows is kept. */
export async function waitForNext(page: Page, before: readonly string[]): Promise<void> {
  await expect.poll(async () => (await folders(page)).filter((name) => before.includes(name)), SOON).toEqual([]);
  await waitForKept(page, 1);
}

/** The folders of kept trainings. */
export async function folders(page: Page): Promise<string[]> {
  return [...new Set((await stored(page)).map((path) => path.split("/")[1]))];
}

/** What the page offers to go on with, once it knows what is kept. */
export async function offers(page: Page): Promise<string[]> {
  await page.waitForSelector("#kept-size:not(:empty), #kept-nowhere", { state: "attached" });
  return page.locator("#kept-offers:not([hidden]) .offer p").allTextContents();
}

/** Loads the page again, and waits until it can train and offers something. */
export async function reload(page: Page): Promise<void> {
  await page.reload();
  await ready(page);
  await page.waitForSelector(".offer");
}

/** A tab beside others of the same browser, which share a storage. */
export async function openIn(context: BrowserContext, { url }: Site): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  await ready(page);
  return page;
}

/** Trains so many epochs by the settings shown, one after the other, and stops: the last one and the one before are then kept. */
export async function stopAfter(page: Page, epochs: number): Promise<void> {
  for (let epoch = 1; epoch <= epochs; epoch++) {
    await page.click("#step");
    await expect.poll(() => page.textContent("#train-status"), SOON).toMatch(`Paused after epoch ${epoch} of`);
  }
  await page.click("#stop");
  await phase(page, "done");
  await page.waitForSelector(".offer");
}
