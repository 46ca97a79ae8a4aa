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

const api = import.meta.glob("../../src/api/*.ts", { eager: true });

/** What a program prints that imports from "coppice" and its subpaths alone, run here on the library's sources: no build, no process. */
export async function printed(program: string): Promise<string[]> {
  const lines: string[] = [];
  const console = { log: (...words: unknown[]) => lines.push(words.map(text).join(" ")) };
  const body = program.replace(/^import (\{[^}]*\}) from "coppice(?:\/(\w+))?";$/gm, (_, names, subpath = "index") => {
    return `const ${names} = api["../../src/api/${subpath}.ts"];`;
  });
  const AsyncFunction = (async () => {}).constructor as new (...words: string[]) => (...given: unknown[]) => Promise<void>;
  await new AsyncFunction("api", "console", body)(api, console);
  return lines;
}

function text(value: unknown): string {
  return ArrayBuffer.isView(value) ? `[${[...(value as Float32Array)].join(", ")}]` : String(value);
}
