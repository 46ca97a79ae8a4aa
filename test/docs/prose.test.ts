import { expect, test } from "vitest";
import { readSources } from "../sources.js";
import { docstrings, LONG, longLines, reading, reexports, sentences } from "./prose.js";

const pages: Record<string, string> = import.meta.glob(
  [
    "../../README.md",
    "../../CONTRIBUTING.md",
    "../../docs/{design,extending,debugging-a-kernel}.md",
    "../../docs/{guide,decisions}/*.md",
  ],
  { query: "?raw", import: "default", eager: true },
);
const sources = readSources("src");

/** READMEs of jax-js, flatbush, gpu.cpp and TypeGPU have means of 11.7 to 14.7 words, and 2 to 4 % above 30. */
const LIMITS = { mean: 16, long: 0.05, line: 120 };

test("what the check counts", () => {
  const text =
    "# A heading of many words\n\nOne `a b c` two. [Three four](x y z) five!\n- six seven eight\n- Nine.\n\n| a | b c d |\n\n```js\nlet x = 1;\n```\n";
  expect(sentences(text).map(({ words }) => words)).toEqual([3, 3, 4]);
  expect(reading(sentences(`${"word ".repeat(31)}end. One two three four.`))).toMatchObject({
    sentences: 2,
    mean: 18,
    long: 0.5,
  });
  expect(longLines(`${"a".repeat(9)}\n| ${"a".repeat(9)}\n![${"a".repeat(9)}](b)\nsee [${"a".repeat(9)}](b)`, 8)).toHaveLength(2);
  const source = "/** One. */\nexport interface A {\n  /** Two\n   * more. */\n  b: 1;\n}\n/** Three. */\nexport const c = 1;\n";
  expect(docstrings(source, ["A"]).split(/\s+/).filter(Boolean)).toEqual(["One.", "Two", "more."]);
  expect(reexports('export { a, type B } from "./x.js";\nexport type { C } from "./x.js";')).toEqual(
    new Map([["./x.js", ["a", "B", "C"]]]),
  );
});

test.for(Object.entries(pages))("%s is easy to read", ([, text]) => {
  const found = reading(sentences(text));
  expect(found.mean, `words per sentence; the longest:\n${found.longest.join("\n")}`).toBeLessThan(LIMITS.mean);
  expect(found.long, `share above ${LONG} words; the longest:\n${found.longest.join("\n")}`).toBeLessThan(LIMITS.long);
  expect(longLines(text, LIMITS.line)).toEqual([]);
});

/** The docstrings of what the files of src/api export, by folder of src. */
function publicDocstrings(): Map<string, string> {
  const folders = new Map<string, string>();
  const entries = Object.keys(sources).filter((path) => path.startsWith("../src/api/"));
  for (const [from, names] of entries.flatMap((path) => [...reexports(sources[path])])) {
    const path = from.replace(/^\.\.\//, "../src/").replace(/\.js$/, ".ts");
    const folder = path.split("/")[2];
    folders.set(folder, `${folders.get(folder) ?? ""}\n\n${docstrings(sources[path], names)}`);
  }
  return folders;
}

test.for([...publicDocstrings()])("docstrings of public exports of src/%s are easy to read", ([, text]) => {
  const found = reading(sentences(text));
  expect(found.sentences).toBeGreaterThan(0);
  expect(found.mean, `words per sentence; the longest:\n${found.longest.join("\n")}`).toBeLessThan(LIMITS.mean);
  expect(found.long, `share above ${LONG} words; the longest:\n${found.longest.join("\n")}`).toBeLessThan(LIMITS.long);
});
