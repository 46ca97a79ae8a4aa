import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "../browser/chromium.js";
import { linkOf, openDemo, openSite, phase, type Site, set, train } from "./site.js";
import { contents, damage, GO_ON, keptEpochs, offers, openIn, reload, SOON, stopAfter, stored, waitForKept } from "./storage.js";

// What can go wrong with keeping, and with what was kept: it is said, and ends no training.

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

/** What is kept is the same of every device: no shader is compiled. */
const QUICK = { hidden: "60, 40", epochs: 4, device: "cpu" };

test("a damaged checkpoint gives way to the one before; when both are, the reason is told and they can be discarded", async () => {
  const page = await openDemo(site);
  await set(page, QUICK);
  await train(page);
  const straight = await linkOf(page);
  await stopAfter(page, 2);
  expect(await keptEpochs(page)).toEqual([2, 1]);
  await damage(page, "0-2-of-4.safetensors", { cut: 100 });
  await page.click(GO_ON);
  await phase(page, "done");
  expect(await page.textContent("#train-notice")).toMatch(
    /^The last checkpoint cannot be read \(0-2-of-4.*going on from the one before it/,
  );
  expect(await linkOf(page)).toBe(straight);
  await stopAfter(page, 2);
  await damage(page, ".safetensors", { cut: 100 });
  await page.click(GO_ON);
  await phase(page, "failed");
  expect(await page.textContent("#train-error")).toMatch(/0-2-of-4\.safetensors: .*data_offsets/);
  expect(await offers(page)).toEqual([expect.stringMatching(/^Training npset on digits ended early, after epoch 2 of 4/)]);
  await page.click("text=Discard");
  await expect.poll(() => stored(page), SOON).toEqual([]);
  expect(await offers(page)).toEqual([]);
  await train(page);
  await page.close();
}, 120_000);

test("a checkpoint of another version, of other settings, or one that does not say of what is refused with the reason", async () => {
  const page = await openDemo(site);
  await set(page, QUICK);
  await stopAfter(page, 2);
  const version = (was: number, is: number) => ({ from: `version\\":\\"${was}.1`, to: `version\\":\\"${is}.1` });
  const refused = async () => {
    await page.click(GO_ON);
    await page.waitForSelector("#train-error:not([hidden])");
    return page.textContent("#train-error");
  };
  await damage(page, ".safetensors", version(0, 9));
  expect(await refused()).toMatch(/0-2-of-4\.safetensors: config: its checksum is \w{8}, "\w{8}" was written with it/);
  await damage(page, ".safetensors", { from: '"crc32c"', to: '"no-sum"' }); // so that nothing tells but what it says
  await reload(page);
  expect(await refused()).toMatch(/recorded by coppice 9\.1\.0, this is 0\.1\.0; going on here would end elsewhere: download it/);
  await damage(page, ".safetensors", version(9, 0));
  await damage(page, "about.json", { from: '"lr":0.03', to: '"lr":0.04' });
  await reload(page);
  expect(await refused()).toMatch(/contradict the checkpoint.*0\.03.*0\.04/);

  await damage(page, "about.json", { from: '"npset"', to: '"<img>"' });
  await reload(page);
  expect(await offers(page)).toEqual([
    expect.stringMatching(/^A kept training cannot be gone on with: settings\.method: "<img>" is unknown/),
  ]);
  expect(await page.locator(GO_ON).count()).toBe(0);
  await damage(page, "about.json", { cut: 20 });
  await reload(page);
  expect(await offers(page)).toEqual([expect.stringMatching(/what it says of itself is damaged/)]);
  await page.click("text=Discard");
  await expect.poll(() => stored(page), SOON).toEqual([]);
  await page.close();
}, 120_000);

test("when the browser has no more room it is said, training goes on, and what was kept before stays whole", async () => {
  const page = await openDemo(site);
  await set(page, QUICK);
  await train(page);
  const straight = await linkOf(page);
  await page.click("#step");
  await waitForKept(page, 1);
  await expect.poll(() => keptEpochs(page), SOON).toEqual([1]);
  const before = await contents(page);
  const session = await page.context().newCDPSession(page);
  await session.send("Storage.overrideQuotaForOrigin", { origin: new URL(site.url).origin, quotaSize: 20_000 });
  await page.click("#pause"); // goes on
  await phase(page, "done");
  expect(await page.textContent("#kept-problem")).toMatch(
    /^Not kept: this browser has no more room for this page\. Training goes on/,
  );
  expect(await linkOf(page)).toBe(straight);
  expect(await contents(page)).toEqual(before);
  await page.close();
}, 90_000);

test("a checkpoint is written after the first epoch, then every five seconds at most, and at the end", async () => {
  const page = await openDemo(site);
  const [worker] = page.workers();
  await worker.evaluate(() => {
    const { prototype } = FileSystemFileHandle as unknown as { prototype: { move(name: string): Promise<void> } };
    const { move } = prototype;
    const times: number[] = [];
    Object.assign(globalThis, { times });
    prototype.move = function (name) {
      if (name.endsWith(".safetensors")) times.push(performance.now());
      return move.call(this, name);
    };
    // the worker's clock goes five times as fast
    const [now, wait] = [performance.now.bind(performance), globalThis.setTimeout];
    performance.now = () => 5 * now();
    globalThis.setTimeout = ((work: () => void, ms = 0) => wait(work, Math.ceil(ms / 5))) as typeof setTimeout;
  });
  await set(page, { hidden: "300, 300", epochs: 5000, device: "cpu" });
  await page.click("#start");
  const times = () => worker.evaluate(() => (globalThis as unknown as { times: number[] }).times);
  await expect.poll(async () => (await times()).length, SOON).toBeGreaterThanOrEqual(3);
  await page.click("#stop");
  await phase(page, "done");
  const all = await times();
  const gaps = all.slice(1).map((time, i) => time - all[i]);
  expect(gaps.length).toBeGreaterThanOrEqual(3);
  expect(Math.min(...gaps.slice(0, -1))).toBeGreaterThanOrEqual(5000); // the last one is at the end
  const [last, ...before] = await keptEpochs(page);
  expect(await page.textContent("#train-status")).toContain(`Stopped after epoch ${last} of`);
  expect(before.length).toBe(1);
  await page.close();
}, 60_000);

test.each([
  ["full", "no more room for this page"],
  ["a part", "[0-9]+ of [0-9]+ bytes were written"],
  ["no flush", "the disk is gone"],
] as const)(
  "a write that fails (%s) leaves the checkpoint before, and no half file",
  async (fault, told) => {
    const page = await openDemo(site);
    await set(page, QUICK);
    await stopAfter(page, 1);
    const before = await contents(page);
    await page.workers()[0].evaluate((how) => {
      const { FileSystemSyncAccessHandle: handle } = globalThis as unknown as {
        FileSystemSyncAccessHandle: { prototype: { write(bytes: Uint8Array): number; flush(): void } };
      };
      const { write } = handle.prototype;
      const fail = (name: string) => {
        throw new DOMException("the disk is gone", name);
      };
      if (how === "full") handle.prototype.write = () => fail("QuotaExceededError");
      if (how === "no flush") handle.prototype.flush = () => fail("InvalidStateError");
      if (how !== "a part") return;
      handle.prototype.write = function (bytes) {
        return write.call(this, bytes.subarray(0, bytes.length >> 1));
      };
    }, fault);
    await page.click(GO_ON);
    await phase(page, "done");
    expect(await page.textContent("#kept-problem")).toMatch(new RegExp(told));
    expect(await contents(page)).toEqual(before);
    await page.close();
  },
  60_000,
);

test("a GPU process that crashes ends nothing: the device is opened again, and the run ends as one that lost nothing", async () => {
  const context = await site.browser.newContext();
  const page = await openIn(context, site);
  const settings = { hidden: "60, 40", epochs: 7, device: "webgpu" };
  await set(page, settings);
  await train(page);
  const straight = await linkOf(page);
  await page.click("#step");
  await expect.poll(() => page.textContent("#train-status"), SOON).toMatch("Paused after epoch 1");
  await page.click("#pause"); // goes on
  const session = await site.browser.newBrowserCDPSession();
  await session.send("Browser.crashGpuProcess").catch(() => {}); // it answers no more
  await page.waitForSelector('#train-status[data-phase="done"], #train-status[data-phase="failed"]', { timeout: 60_000 });
  expect(await page.textContent("#train-notice")).toMatch(
    /the device was lost [^.]*\. Opened again; going on after epoch \d+\.$/,
  );
  expect(await linkOf(page)).toBe(straight);
  await context.close();
}, 120_000);

test("switched off nothing is kept, after a reload too; forgetting deletes all, the training under way included", async () => {
  const page = await openDemo(site);
  await page.click("#kept summary");
  await set(page, QUICK);
  await stopAfter(page, 1);
  await page.click("#step");
  await expect.poll(() => page.textContent("#train-status"), SOON).toMatch("Paused after epoch 1");
  await waitForKept(page, 1);
  await page.click("#forget");
  await expect.poll(() => stored(page), SOON).toEqual([]);
  await page.click("#pause");
  await phase(page, "done");
  expect(await stored(page)).toEqual([]);
  await page.click("#keep");
  await expect.poll(() => stored(page), SOON).toEqual(["coppice/off"]);
  await page.reload();
  await page.waitForSelector("#start:not([disabled])");
  await expect.poll(() => page.isChecked("#keep"), SOON).toBe(false);
  await set(page, QUICK);
  await train(page);
  expect(await stored(page)).toEqual(["coppice/off"]);
  await page.click("#kept summary");
  await page.click("#keep");
  await expect.poll(() => stored(page), SOON).toEqual([]);
  await train(page);
  expect(await keptEpochs(page)).toContain(4);
  await page.close();
}, 90_000);

test("over plain http, where there is no private storage, the page says so in a line and trains", async () => {
  const browser = await launchChromium({ args: ["--host-resolver-rules=MAP other.example 127.0.0.1"] });
  const page = await openDemo({ ...site, browser, url: site.url.replace("localhost", "other.example") });
  await expect
    .poll(() => page.textContent("#kept-nowhere"))
    .toMatch(/not kept across reloads here: .*plain http.*https, or localhost/);
  await set(page, { hidden: "20", epochs: 2 });
  await train(page);
  expect(await page.isHidden("#kept-error")).toBe(true);
  expect(await page.isHidden("#kept-problem")).toBe(true);
  await browser.close();
}, 60_000);
