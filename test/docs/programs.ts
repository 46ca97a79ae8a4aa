/** The programs of a Markdown text: its blocks of JavaScript. */
export function programsIn(markdown: string): string[] {
  return [...markdown.matchAll(/^```js\n(.*?)^```/gms)].map(([, code]) => code);
}

/** What stands under a program as its output: the text of the first plain block. */
export function outputIn(markdown: string): { readonly before: string[]; readonly after: string[] } {
  const [, shown = ""] = /^```\n(.*?)^```/ms.exec(markdown.replace(/^```\w+\n.*?^```$/gms, "")) ?? [];
  const [before, after = []] = shown
    .trim()
    .split("\n...\n")
    .map((part) => part.split("\n"));
  return { before, after };
}

/** What a program prints that imports from "coppice" alone, run here on the library's sources: no build, no process. */
export async function printed(program: string): Promise<string[]> {
  const lines: string[] = [];
  const console = { log: (...words: unknown[]) => lines.push(words.map(text).join(" ")) };
  const body = program.replace(/^import (\{[^}]*\}) from "coppice";$/gm, "const $1 = coppice;");
  const AsyncFunction = (async () => {}).constructor as new (...words: string[]) => (...given: unknown[]) => Promise<void>;
  await new AsyncFunction("coppice", "console", body)(await import("../../src/index.js"), console);
  return lines;
}

function text(value: unknown): string {
  return ArrayBuffer.isView(value) ? `[${[...(value as Float32Array)].join(", ")}]` : String(value);
}
