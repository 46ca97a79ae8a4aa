import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { unpackArchives } from "../../src/device/webgpu/archive.js";
import { launchChromium } from "../browser/chromium.js";
import { printedInNode, printedInPage, readmeProgram, writeProgram } from "../browser/programs.js";

// What `npm publish` would send, installed from its tarball into empty projects.

const root = new URL("../..", import.meta.url).pathname;
const run = promisify(execFile);
let work: string;
let tarball: string;

beforeAll(async () => {
  for (const part of ["index.js", "types"])
    if (!existsSync(join(root, "dist", part))) throw new Error(`dist/${part} is missing: npm run build makes it`);
  work = await mkdtemp(join(tmpdir(), "coppice-published-"));
  const { stdout } = await run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", work], { cwd: root });
  tarball = join(work, JSON.parse(stdout)[0].filename);
});
afterAll(() => rm(work, { recursive: true, force: true }));

/** An empty project with the tarball and other packages installed. */
async function project(name: string, ...packages: string[]): Promise<string> {
  const folder = join(work, name);
  await mkdir(folder);
  await writeFile(join(folder, "package.json"), JSON.stringify({ name, private: true, type: "module" }));
  await run("npm", ["install", "--no-audit", "--no-fund", tarball, ...packages], { cwd: folder });
  return folder;
}

async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

test("an empty Vite project gets nothing but coppice, below 5 MB, and runs the README's program", async () => {
  const folder = await project("page");
  const modules = join(folder, "node_modules");
  expect((await readdir(modules)).filter((name) => !name.startsWith("."))).toEqual(["coppice"]);
  const bytes = await bytesIn(modules);
  console.log(`installed in a Vite project: ${(bytes / 1e6).toFixed(2)} MB`);
  expect(bytes).toBeLessThan(5e6);
  const browser = await launchChromium();
  try {
    const lines = await printedInPage(browser, await writeProgram(folder, await readmeProgram()));
    expect(Number(/test accuracy (0\.\d+)/.exec(lines.at(-1) ?? "")?.[1]), lines.join("\n")).toBeGreaterThanOrEqual(0.95);
  } finally {
    await browser.close();
  }
});

test("an empty Node project with webgpu runs the README's program, and the command line", async () => {
  const folder = await project("node", `webgpu@${manifest.devDependencies.webgpu}`);
  const driver = unpackArchives("swiftshader.tar.br");
  if (!driver) throw new Error("@sparticuz/chromium is not installed: run npm ci");
  const env = { ...process.env, VK_DRIVER_FILES: join(driver, "vk_swiftshader_icd.json"), LD_LIBRARY_PATH: driver };
  const lines = await printedInNode(await writeProgram(folder, await readmeProgram()), env);
  expect(Number(/test accuracy (0\.\d+)/.exec(lines.at(-1) ?? "")?.[1]), lines.join("\n")).toBeGreaterThanOrEqual(0.95);
  const { stdout } = await run("npx", ["coppice", "--version"], { cwd: folder });
  expect(stdout.trim()).toBe(manifest.version);
});

/** The README's program, and one name of every subpath. */
async function typedProgram(): Promise<string> {
  const subpaths = Object.keys(manifest.exports).flatMap((path) => /^\.\/(\w+)$/.exec(path)?.[1] ?? []);
  expect(subpaths).toEqual(["data", "sparse", "io", "experiment", "metrics", "extend", "predict"]);
  const imports = subpaths.map((name) => `import * as ${name}Names from "coppice/${name}";`);
  const own = "declare const console: { log(...words: unknown[]): void };"; // without DOM there is none
  const checked = (await readmeProgram()).replace("const { accuracy }", "const { accuracy }: Evaluation");
  return [
    ...imports,
    'import type { Evaluation } from "coppice";',
    own,
    `${subpaths.map((name) => `console.log(${name}Names);`).join(" ")}`,
    checked,
  ].join("\n");
}

test("its types work with TypeScript 5.4, 5.9 and 7, with and without DOM, library declarations checked too", async () => {
  const folder = await project("types", "ts5.4@npm:typescript@5.4", "ts5.9@npm:typescript@5.9");
  const seven = join(root, "node_modules/typescript");
  const { version } = JSON.parse(await readFile(join(seven, "package.json"), "utf8"));
  expect(version).toMatch(/^7\./);
  await writeFile(join(folder, "main.ts"), await typedProgram());
  for (const compiler of [join(folder, "node_modules/ts5.4"), join(folder, "node_modules/ts5.9"), seven])
    for (const lib of ["es2022", "es2022,dom"])
      for (const [module, resolution] of [
        ["esnext", "bundler"],
        ["node16", "node16"],
      ]) {
        const words = ["--noEmit", "--strict", "--target", "es2022", "--lib", lib, "--module", module];
        await run(process.execPath, [join(compiler, "bin/tsc"), ...words, "--moduleResolution", resolution, "main.ts"], {
          cwd: folder,
        });
      }
});

const COMPATIBLE = ["MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "Apache-2.0", "BSL-1.0"];
/** Whether all licences of "A AND B" are compatible. */
const fits = (licence: string) => licence.split(" AND ").every((one) => COMPATIBLE.includes(one));

/** Names and licences of a licenses.md; throws where one has no licence. */
function licencesIn(text: string): { name: string; licence: string }[] {
  return [...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => {
    const [, name, licence] = /^(\S+) - \S+ \((.+)\)$/.exec(heading) ?? [];
    if (!licence) throw new Error(`"${heading}" has no licence`);
    return { name, licence };
  });
}

test("licences of all that is bundled are shipped, and compatible with MIT", async () => {
  const folder = await project("licences");
  const found = licencesIn(await readFile(join(folder, "node_modules/coppice/dist/licenses.md"), "utf8"));
  expect(found.map(({ name }) => name)).toEqual(expect.arrayContaining(["commander", "cli-progress", "pure-rand"]));
  expect(found.filter(({ licence }) => !fits(licence))).toEqual([]);
});

test("so they are on the demo's site", async () => {
  const outDir = join(work, "site");
  await build({ configFile: join(root, "demo/vite.config.ts"), logLevel: "error", build: { outDir } });
  const text = await readFile(join(outDir, "licenses.md"), "utf8");
  const found = licencesIn(text);
  const imported = new Set<string>();
  for (const file of await readdir(join(root, "demo"), { recursive: true })) {
    if (!file.endsWith(".ts")) continue;
    for (const [, name] of (await readFile(join(root, "demo", file), "utf8")).matchAll(/ from "((?:@[^/"]+\/)?[^./"][^/"]*)/g))
      if (name in manifest.devDependencies && name !== "vite") imported.add(name);
  }
  expect(imported.size).toBeGreaterThan(3);
  expect(found.map(({ name }) => name)).toEqual(expect.arrayContaining([...imported, "pure-rand"]));
  // h5wasm: of NIST and of HDF5, by no name of SPDX: any use, with the notice kept. ALL: data, under a licence of their own.
  expect(found.filter(({ name, licence }) => !["h5wasm", "ALL"].includes(name) && !fits(licence))).toEqual([]);
  expect(text).toContain("in any medium, provided that you \nkeep intact this entire notice");
});

test("what a page does not use is not in its bundle", async () => {
  const folder = await project("shaken");
  const sizeOf = async (program: string, packed = false) => {
    const page = await writeProgram(folder, program);
    await build({ root: page, logLevel: "error", build: { target: "es2022", modulePreload: { polyfill: false } } });
    const assets = join(page, "dist/assets");
    if (!packed) return bytesIn(assets);
    const scripts = (await readdir(assets)).filter((name) => name.endsWith(".js"));
    return gzipSync(Buffer.concat(await Promise.all(scripts.map((name) => readFile(join(assets, name)))))).length;
  };
  const little = await sizeOf('import { version } from "coppice"; console.log(version);');
  const seeds = await sizeOf('import { random } from "coppice/sparse"; console.log(random(1, "a").uint32());');
  const predicts = await sizeOf(
    `import { loadPredictor } from "coppice/predict";
    console.log(loadPredictor(new Uint8Array(8)));`,
    true,
  );
  const whole = await sizeOf(await readmeProgram());
  console.log(`bundles: version ${little} bytes, random ${seeds}, a predictor ${predicts} packed, the README's program ${whole}`);
  expect(little).toBeLessThan(1_000);
  expect(seeds).toBeLessThan(8_000);
  expect(predicts).toBeLessThan(15_000);
});
