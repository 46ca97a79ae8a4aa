import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { coppice } from "../cli/harness.js";
import { matrixTest } from "../matrix.js";
import { outputIn, printed, programsIn } from "./programs.js";

// What the documents promise: programs print what stands under them, links lead to files, and every option has its place.

const root = new URL("../..", import.meta.url).pathname;
const pages: Record<string, string> = import.meta.glob(["../../*.md", "../../docs/**/*.md", "../../bench/*.md"], {
  query: "?raw",
  import: "default",
  eager: true,
});
const README = pages["../../README.md"];

test("the README's program prints what stands under it: here on the CPU", async () => {
  const [program] = programsIn(README);
  const { before, after } = outputIn(README);
  expect(program).toContain('device: "webgpu"');
  const lines = await printed(program.replace('"webgpu"', '"cpu"'));
  const accuracy = (line: string) => Number(/ (0\.\d+)/.exec(line)?.[1]);
  const rest = (line: string) => line.replace(/ 0\.\d+/, "").replace(/,.*/, "");
  const shown = [...lines.slice(0, before.length), ...lines.slice(-after.length)];
  expect(shown.map(rest)).toEqual([...before, ...after].map(rest));
  for (const [i, line] of [...before, ...after].entries())
    expect(Math.abs(accuracy(shown[i]) - accuracy(line))).toBeLessThan(0.02);
  expect(program.trim().split("\n").length).toBeLessThanOrEqual(13);
  expect(README.length).toBeLessThan(7000);
});

matrixTest("on a GPU it does to the last digit", async () => {
  const { before, after } = outputIn(README);
  expect(after.at(-1), "the README shows SwiftShader").toMatch(/swiftshader$/);
  const lines = await printed(programsIn(README)[0]);
  expect(lines.slice(0, before.length)).toEqual(before);
  expect(lines.slice(-after.length)).toEqual(after);
});

test("the guide's product of a matrix is the one in its comment", async () => {
  const program = programsIn(pages["../../docs/guide/library.md"]).find((code) => code.includes("spmm(")) ?? "";
  const [, product] = /batch 1: (.*)/.exec(program) ?? [];
  expect(await printed(program)).toEqual([product]);
});

test("the guide's program of metrics prints what its comment says", async () => {
  const [program] = programsIn(pages["../../docs/guide/metrics.md"]);
  const [, expected] = /prints: (.*)/.exec(program) ?? [];
  expect(await printed(program)).toEqual([expected]);
});

test("links of the documents lead to files", () => {
  const broken = Object.entries(pages).flatMap(([page, text]) =>
    [...text.replace(/^```.*?^```/gms, "").matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
      .map(([, target]) => target)
      .filter((target) => !/^https?:/.test(target) && !existsSync(join(root, dirname(page.slice(6)), target)))
      .map((target) => `${page}: ${target}`),
  );
  expect(broken).toEqual([]);
  expect(Object.keys(pages).length).toBeGreaterThan(15);
});

test("files that the documents name are there, but for those of the past and of measured runs", () => {
  const gone = Object.entries(pages).flatMap(([page, text]) =>
    [...text.replace(/^```.*?^```/gms, "").matchAll(/`((?:src|test|shaders|bench|demo|docs)\/[\w\-./]+)`/g)]
      .map(([, path]) => path)
      .filter((path) => !/CHANGELOG|fuzz/.test(page) && !path.includes("NAME") && !existsSync(join(root, path)))
      .map((path) => `${page}: ${path}`),
  );
  expect(gone).toEqual([]);
});

test("sections that links name are there", () => {
  const anchor = (heading: string) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-");
  const broken = Object.entries(pages).flatMap(([page, text]) =>
    [...text.matchAll(/\]\(([^)#\s]*\.md)?#([^)]+)\)/g)].flatMap(([, target, section]) => {
      const file = target ? `../../${join(dirname(page.slice(6)), target)}` : page;
      const headings = [...(pages[file] ?? "").matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchor(heading));
      return headings.includes(section) ? [] : [`${page}: ${target ?? ""}#${section}`];
    }),
  );
  expect(broken).toEqual([]);
});

/** The long options that a command's help lists. */
async function optionsOf(command: string): Promise<string[]> {
  const { out } = await coppice(`${command} --help`);
  return [...out.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, name]) => name);
}

test("every option of every command stands in the guide by its name", async () => {
  const commands = [
    "info",
    "train",
    "eval",
    "predict",
    "inspect",
    "export",
    "import",
    "blend",
    "datasets fetch",
    "experiment",
    "experiment times",
  ];
  const guide = Object.entries(pages).flatMap(([page, text]) => (page.includes("/guide/") ? [text] : []));
  const missing: string[] = [];
  for (const command of [...commands, "experiment report", "worker", "bench", "tune list", "tune fix", "tune clear"]) {
    const options = await optionsOf(command);
    expect(options.length).toBeGreaterThan(0);
    for (const option of options)
      if (!["--help", "--version"].includes(option) && !guide.some((text) => new RegExp(`${option}(?![\\w-])`).test(text)))
        missing.push(`coppice ${command} ${option}`);
  }
  expect(missing).toEqual([]);
});
