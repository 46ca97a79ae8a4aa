import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium, serveFolder } from "../browser/chromium.js";

// The CPU device of the built package in a real page: on one thread where the page may not share memory, on several where it may.

/** Trains on the CPU device and tells what the device is and a hash of the weights' bits. */
const training = `
import { createCpuDevice, digits, split, train } from "coppice";
const data = split(await digits(), { test: 1 / 3, seed: 7 });
const device = createCpuDevice();
const model = await train({ train: data.train }, { hidden: [400, 300], epochs: 3, epsilon: 20, batch: 128, seed: 7, dropout: 0.3, device });
const { network } = await model.save();
let hash = 0;
for (const { params } of network.layers)
  for (const word of new Uint32Array(Float32Array.from(params.values).buffer)) hash = (Math.imul(hash, 31) + word) | 0;
const told = [device.info.architecture, device.info.description, hash].join(", ");
await device.dispose();
`;
const program = `${training} globalThis.result = told;`;

/** The same in a service worker, and what \`auto\` comes to there. */
const service = `
import { createCpuDevice, digits, split, train } from "coppice";
async function run() {${training.replace(/import .*/, "")}
  const auto = await train({ train: data.train }, { hidden: [40], epochs: 1, epsilon: 5, batch: 128 });
  const { trials } = auto.plan;
  await auto.dispose();
  return { told, isolated: crossOriginIsolated, auto: trials };
}
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("message", ({ source }) => run().then((result) => source.postMessage(result), (error) => source.postMessage({ error: String(error.stack) })));
`;
/** Has the service worker work, and keeps what it answers. */
const asking = `
await navigator.serviceWorker.register("./service.js", { type: "module" });
const { active } = await navigator.serviceWorker.ready;
navigator.serviceWorker.onmessage = ({ data }) => { globalThis.result = JSON.stringify(data); };
active.postMessage("run");
`;

const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src blob:; connect-src 'self'";

let browser: Browser;
let folder: string;

beforeAll(async () => {
  browser = await launchChromium();
  folder = await mkdtemp(join(tmpdir(), "coppice-cpu-page-"));
  await mkdir(join(folder, "node_modules"));
  await symlink(new URL("../..", import.meta.url).pathname, join(folder, "node_modules/coppice"));
  await writeFile(join(folder, "main.mjs"), program);
  await writeFile(
    join(folder, "index.html"),
    `<!doctype html><meta http-equiv="Content-Security-Policy" content="${policy}"><script type="module" src="./main.mjs"></script>`,
  );
  await build({ root: folder, logLevel: "error", base: "./", build: { target: "es2022" } });
  await writeFile(join(folder, "service.mjs"), service);
  const lib = { entry: "service.mjs", formats: ["es" as const], fileName: () => "service.js" };
  await build({ root: folder, logLevel: "error", build: { target: "es2022", emptyOutDir: false, minify: false, lib } });
  await writeFile(join(folder, "dist/asking.html"), `<!doctype html><script type="module">${asking}</script>`);
});
afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

const isolating = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };

/** What the page ends with. Rejects with any error on its console but those `expected`. */
async function resultOf(headers: Record<string, string>, path = "", expected = /^$/): Promise<string> {
  const server = await serveFolder(join(folder, "dist"), headers);
  const page = await browser.newPage();
  const failed = new Promise<never>((_, reject) => {
    page.on("pageerror", reject);
    page.on(
      "console",
      (message) => message.type() === "error" && !expected.test(message.text()) && reject(new Error(message.text())),
    );
  });
  const finished = async () => {
    await page.goto(server.url + path);
    return page.waitForFunction(() => (globalThis as { result?: string }).result, undefined, { timeout: 60_000 });
  };
  try {
    return String(await (await Promise.race([finished(), failed])).jsonValue());
  } finally {
    await page.close();
    server.close();
  }
}

test("a page trains in WebAssembly SIMD, under a strict policy, and threads change no bit", async () => {
  const alone = await resultOf({});
  const isolated = await resultOf(isolating);
  expect(alone).toMatch(/^wasm simd, 1 thread, /);
  expect(isolated).toMatch(/^wasm simd, \d+ threads, /);
  expect(isolated.split(", ")[2]).toBe(alone.split(", ")[2]);

  // Workers of blobs are refused, which is known only when one was to start.
  const refused = await resultOf({ ...isolating, "content-security-policy": "worker-src 'self'" }, "", /Content Security Policy/);
  expect(refused).toMatch(/^wasm simd, 1 of \d+ threads \(.*worker-src blob:\), /);
  expect(refused.split(", ").at(-1)).toBe(alone.split(", ")[2]);

  const served = JSON.parse(await resultOf(isolating, "asking.html"));
  expect(served).toMatchObject({
    isolated: true,
    auto: [{ device: "webgpu" }, { device: "cpu", msPerStep: expect.any(Number) }],
  });
  expect(served.told).toMatch(/^wasm simd, 1 thread \(.*service worker\), /);
  expect(served.told.split(", ").at(-1)).toBe(alone.split(", ")[2]);
}, 240_000);

test("a page whose policy forbids WebAssembly is told what to allow, or what to do without", async () => {
  const strict = { "content-security-policy": "script-src 'self'" };
  await expect(resultOf(strict)).rejects.toThrow(/cpu device: .*add 'wasm-unsafe-eval' to script-src .* simd: false/);
});
