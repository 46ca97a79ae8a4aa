import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "../browser/chromium.js";
import { openDemo, openSite, type Site, set, train } from "./site.js";

// Where the page runs and where it does not, and that nothing leaves it.

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

test("neither the page nor any worker can send anything to another origin, nor make code of text", async () => {
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
  const page = await openDemo(site);
  await set(page, { hidden: "20", epochs: 1, device: "cpu" });
  await train(page);
  expect(page.workers().length).toBeGreaterThan(0);
  for (const place of [page, ...page.workers()]) {
    const ends = await (place as Page).evaluate(tryToLeave, origin);
    for (const [name, end] of Object.entries(ends))
      expect(end, `${name} in ${place === page ? "the page" : "a worker"}`).toMatch(/^refused/);
  }
  expect(reached).toEqual([]);
  await page.close();
}, 60_000);

test("no request leaves the page while a file is loaded, trained on and predicted", async () => {
  const page = await openDemo(site);
  const requests: string[] = [];
  page.on("request", (request) => {
    if (!/^(blob|data):/.test(request.url())) requests.push(request.url());
  });
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
  await page.selectOption("#predict-label", "ignore");
  await page.setInputFiles("#predict-file", {
    name: "new.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(`a,b,c,class\n${rows.join("\n")}\n`),
  });
  await page.waitForSelector("#predictions-csv");
  expect(requests).toEqual([]);
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
