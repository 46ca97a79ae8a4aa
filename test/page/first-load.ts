import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { ready, type Site } from "./site.js";

/** Bytes of the first load, each file gzipped. */
export interface FirstLoad {
  /** Scripts of the page and its worker, with the shaders in them, without the next two. */
  readonly javascript: number;
  readonly wasm: number;
  /** The bundled digits. */
  readonly digits: number;
  /** HTML and style sheets. */
  readonly markup: number;
}

/** ms without a request after which nothing more is loaded by itself. */
const QUIET = 1000;

/**
 * What a built page loads until it can train and nothing more comes, its workers included: a file that several ask for counts once. Throws when
 * WebAssembly or digits are not found in the scripts, so that none is counted as another.
 */
export async function firstLoad({ browser, url, folder }: Site): Promise<FirstLoad> {
  const page = await browser.newPage();
  const files = await requested(page, url);
  await page.close();
  const read = (ending: RegExp) =>
    files.filter((file) => ending.test(file)).map((file) => readFileSync(join(folder, file), "utf8"));
  const [scripts, markup] = [read(/\.js$/), read(/\.(html|css)$/)];
  const inside = (magic: string) => {
    const found = [...new Set(scripts.join("\n").match(new RegExp(`${magic}[A-Za-z0-9+/]{1000,}={0,2}`, "g")))];
    if (found.length === 0) throw new Error(`no base64 that starts with ${magic} in ${files.join(", ")}`);
    return found;
  };
  const size = (parts: readonly string[]) => parts.reduce((sum, part) => sum + gzipSync(part).length, 0);
  const [wasm, digits] = [inside("AGFzbQ"), inside("H4sI")]; // how a WebAssembly module and a gzip file begin, in base64
  const rest = scripts.map((script) => [...wasm, ...digits].reduce((text, part) => text.replaceAll(part, ""), script));
  return { javascript: size(rest), wasm: size(wasm), digits: size(digits), markup: size(markup) };
}

/** The files of the site that a page asks for, in its folder. */
async function requested(page: Page, url: string): Promise<string[]> {
  const files = new Set<string>();
  let last = 0;
  page.on("request", (request) => {
    if (!request.url().startsWith(url)) return;
    files.add(request.url().slice(url.length) || "index.html");
    last = performance.now();
  });
  await page.goto(url);
  await ready(page);
  while (performance.now() - last < QUIET) await page.waitForTimeout(QUIET / 10);
  return [...files];
}
