import { execFile } from "node:child_process";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Browser } from "playwright-core";
import { build } from "vite";
import { serveFolder } from "./chromium.js";

// Programs that import "coppice" as users' do, run in a page built by Vite and in Node.

/** The program of the README's first screen. */
export async function readmeProgram(): Promise<string> {
  const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
  return /```js\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
}

/** Writes a program and a page of it to a new folder in `work`, whose node_modules it imports from. Returns the folder. */
export async function writeProgram(work: string, program: string): Promise<string> {
  const folder = await mkdtemp(join(work, "program-"));
  await writeFile(join(folder, "main.mjs"), `${program}\nconsole.log("the end");\n`);
  await writeFile(join(folder, "index.html"), '<!doctype html><script type="module" src="./main.mjs"></script>');
  return folder;
}

/** What the program in a folder prints when it is built by Vite and opened from a plain static server. */
export async function printedInPage(browser: Browser, folder: string): Promise<string[]> {
  await build({ root: folder, logLevel: "error", base: "./", build: { target: "es2022" }, worker: { format: "es" } });
  const server = await serveFolder(join(folder, "dist"));
  const page = await browser.newPage();
  try {
    const lines: string[] = [];
    const done = new Promise<Error | null>((resolve) => {
      page.on("console", (message) => (message.text() === "the end" ? resolve(null) : lines.push(message.text())));
      page.on("pageerror", resolve);
    });
    await page.goto(server.url);
    const error = await done;
    if (error) throw error;
    return lines;
  } finally {
    await page.close();
    server.close();
  }
}

/** What the program in a folder prints in Node. */
export async function printedInNode(folder: string, env: NodeJS.ProcessEnv = process.env): Promise<string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, "main.mjs")], { env });
  return stdout.trim().split("\n").slice(0, -1);
}
