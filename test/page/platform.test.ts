import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium, serveFolder } from "../browser/chromium.js";
import { openDemo, openSite, type Site, set, train, watchRequests } from "./site.js";

// Where the page runs and where it does not, and that nothing leaves it.

const ISOLATION = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };
let site: Site;
let elsewhere: Server;
let reached: string[] = [];
beforeAll(async () => {
  site = await openSite();
  elsewhere = createServer((request, response) => {
    reached.push(request.url ?? "");
    response.writeHead(200, { "access-control-allow-origin": "*", "content-type": "text/javascript" }).end("");
  });
  elsewhere.on("upgrade", (request, socket) => {
    reached.push(`upgrade ${request.url}`);
    socket.destroy();
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  await site.close();
  elsewhere.close();
});

/** Tries every way out, in the page or a worker; resolves with what became of each. */
function tryToLeave(origin: string): Promise<Record<string, string>> {
  const settle = (work: () => unknown) =>
    Promise.resolve()
      .then(work)
      .then(
        () => "done",
        (error) => `refused: ${error}`,
      );
  const socket = () =>
    new Promise((resolve, reject) => {
      const opened = new WebSocket(origin.replace("http", "ws"));
      opened.onopen = resolve;
      opened.onerror = () => reject(new Error("no socket"));
    });
  const picture = () =>
    typeof Image === "undefined"
      ? Promise.reject(new Error("no images in a worker"))
      : new Promise((resolve, reject) => {
          const image = new Image();
          image.onload = resolve;
          image.onerror = () => reject(new Error("no image"));
          image.src = `${origin}/picture.png`;
        });
  const script = () => {
    const { importScripts } = globalThis as { importScripts?: (url: string) => void };
    if (importScripts) return importScripts(`${origin}/script.js`);
    return new Promise((resolve, reject) => {
      const element = document.createElement("script");
      element.onload = resolve;
      element.onerror = () => reject(new Error("no script"));
      element.src = `${origin}/script.js`;
      document.head.append(element);
    });
  };
  // what a debugger evaluates may use eval; what a timer runs later is held to the policy
  const later = (work: () => unknown) =>
    new Promise((resolve, reject) => setTimeout(() => settle(work).then((end) => (end === "done" ? resolve(end) : reject(end)))));
  const beacon = () => {
    if (!("sendBeacon" in navigator)) throw new Error("no beacons in a worker");
    navigator.sendBeacon(`${origin}/beacon`, "data"); // true even where the policy then drops it: the server tells
    throw new Error("the server tells");
  };
  const attempts: Record<string, () => unknown> = {
    fetch: () => fetch(`${origin}/fetch`, { method: "POST", body: "data" }),
    home: () => fetch(`${location.origin}/home`, { method: "POST", body: "data" }),
    noCors: () => fetch(`${origin}/no-cors`, { mode: "no-cors" }),
    socket,
    picture,
    script,
    beacon,
    // biome-ignore lint/security/noGlobalEval: this is what must not work
    eval: () => later(() => globalThis.eval("1")),
    function: () => later(() => new Function("return 1")()),
  };
  return Promise.all(Object.entries(attempts).map(async ([name, work]) => [name, await settle(work)])).then(Object.fromEntries);
}

test("neither the page nor any worker can send anything anywhere, nor make code of text: at rest, measuring, evaluating and reading", async () => {
  const origin = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
  const control = await site.browser.newPage(); // the same attempts from a page without a policy get through
  await control.goto(`${origin}/control`);
  reached = [];
  const free = await control.evaluate(tryToLeave, origin);
  expect(
    Object.entries(free)
      .filter(([, end]) => end === "done")
      .map(([name]) => name),
  ).toEqual(expect.arrayContaining(["fetch", "noCors", "script", "eval", "function"]));
  expect(reached.length).toBeGreaterThan(3);
  await control.close();

  reached = [];
  const server = await serveFolder(site.folder, ISOLATION); // where threads may share memory the CPU device has workers of its own
  const page = await openDemo({ ...site, url: server.url });
  await set(page, { hidden: "1000, 1000", device: "webgpu" });
  await refusedEverywhere(page, origin, 1);
  page.on("worker", (worker) => void worker.evaluate(keepThreadsIdle).catch(() => {})); // may have ended

  await page.click("#throughput-start");
  await page.waitForSelector('[data-side="cpu"]', { timeout: 30_000 }); // the trainer, the GPU's, the CPU's, and a thread of that one
  await refusedEverywhere(page, origin, availableParallelism() > 1 ? 4 : 3);
  await page.click("#throughput-cancel");
  await page.waitForSelector('#throughput-status[data-phase="cancelled"]');

  await page.fill("#evaluate-splits", "200");
  await set(page, { hidden: "20" });
  await page.click("#evaluate");
  await page.waitForFunction(() => /^Split/.test(document.getElementById("evaluate-progress")?.textContent ?? ""));
  await refusedEverywhere(page, origin, 2);
  await page.click("#evaluate-cancel");
  await page.waitForSelector("#evaluate:not([disabled])");

  await page.setInputFiles("#data-file", {
    name: "private.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(`a,b,class\n${"1,2,yes\n3,4,no\n".repeat(20)}`),
  });
  await page.waitForSelector("#data-load:not([disabled])");
  await refusedEverywhere(page, origin, 2);
  expect(reached).toEqual([]);
  await page.close();
  server.close();
}, 120_000);

/** Tries every way out in the page and in each of its workers, at least `least` of them; all have to be refused. */
async function refusedEverywhere(page: Page, origin: string, least: number): Promise<void> {
  const workers = page.workers(); // those that workers start are among them
  expect(workers.length).toBeGreaterThanOrEqual(least);
  const everywhere = [page, ...workers] as Page[];
  const ends = await Promise.all(everywhere.map((place) => place.evaluate(tryToLeave, origin)));
  ends.forEach((here, i) => {
    for (const [name, end] of Object.entries(here))
      expect(end, `${name} in ${i ? `worker ${i}` : "the page"}`).toMatch(/^refused/);
  });
}

/** A thread of the CPU device waits for jobs and nothing else, so that nothing can be tried in it: here it is started, and kept from that. */
function keepThreadsIdle(): void {
  const { Blob } = globalThis;
  globalThis.Blob = class extends Blob {
    static override [Symbol.hasInstance] = (value: unknown) => value instanceof Blob; // a file that is read is none of this class
    constructor(parts: BlobPart[] = [], options?: BlobPropertyBag) {
      const thread = options?.type === "text/javascript";
      super(thread ? ['addEventListener("message", (event) => event.stopImmediatePropagation());', ...parts] : parts, options);
    }
  };
}

test("no request leaves the page while a file is loaded, trained on and predicted", async () => {
  const page = await openDemo(site);
  const { others } = watchRequests(page, site);
  const rows = Array.from({ length: 60 }, (_, i) => `${i % 7},${(i * 5) % 11},${i % 2},${i % 2 ? "yes" : "no"}`);
  await page.setInputFiles("#data-file", {
    name: "private.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(`a,b,c,class\n${rows.join("\n")}\n`),
  });
  await page.click("#data-load");
  await expect.poll(() => page.textContent("#data-summary")).toMatch(/private/);
  await set(page, { hidden: "20", epochs: 2 });
  await train(page);
  expect(await page.isVisible("#predict-label")).toBe(false); // the model finds its features by name
  await page.setInputFiles("#predict-file", {
    name: "new.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(`a,b,c,class\n${rows.join("\n")}\n`),
  });
  await page.waitForSelector("#predictions-csv");
  expect(others).toEqual([]);
  await page.close();
}, 60_000);

test("a script that is not there is told in one line", async () => {
  const page = await site.browser.newPage();
  await page.route("**/assets/main-*.js", (route) => route.abort());
  await page.goto(site.url);
  await page.waitForSelector("#unusable:not([hidden])");
  expect(await page.textContent("#unusable")).toMatch(
    /^Error: a worker stopped: .*Failed to fetch dynamically imported module: http\S+\/main-[\w-]+\.js\. Reload the page$/,
  );
  expect(await page.isDisabled("#start")).toBe(true);
  await page.close();
}, 60_000);

test("without WebGPU the page says what is missing and how to get it, and trains on the CPU", async () => {
  const browser = await launchChromium({ webgpu: false });
  const page = await openDemo({ ...site, browser });
  await expect.poll(() => page.textContent("#adapter")).toMatch(/No WebGPU here: training on the CPU/);
  expect(await page.textContent("#unusable")).toMatch(/No WebGPU: .*(chrome:|Chrome|driver).*trains on the CPU/);
  expect(await page.inputValue("#set-device")).toBe("cpu");
  await set(page, { epochs: 8 });
  await train(page);
  expect(Number.parseFloat((await page.locator("#figures td").allTextContents())[0])).toBeGreaterThanOrEqual(90);
  await browser.close();
}, 60_000);

test("opened from disk the page says how to serve it", async () => {
  const page = await site.browser.newPage();
  await page.goto(`file://${join(site.folder, "index.html")}`);
  expect(await page.textContent("#unusable")).toMatch(/opened from disk.*http:\/\/localhost/);
  expect(await page.isVisible("#unusable")).toBe(true);
  await page.close();
}, 30_000);

test("over plain http from another machine the page says to use https", async () => {
  const browser = await launchChromium({ args: ["--host-resolver-rules=MAP other.example 127.0.0.1"] });
  const page = await browser.newPage();
  await page.goto(site.url.replace("localhost", "other.example"));
  expect(await page.evaluate(() => isSecureContext)).toBe(false);
  expect(await page.textContent("#unusable")).toMatch(/plain http.*https, or from localhost/);
  await expect.poll(() => page.textContent("#adapter"), { timeout: 20_000 }).toMatch(/No WebGPU/);
  await browser.close();
}, 60_000);
