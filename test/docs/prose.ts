/** A sentence of a text, with its words counted as a reader meets them: a code span is one word. */
export interface Sentence {
  readonly text: string;
  readonly words: number;
}

/** How a text reads. A low figure does not make a text good. A high one makes it hard. */
export interface Reading {
  readonly sentences: number;
  /** Words per sentence. */
  readonly mean: number;
  /** The share of sentences above LONG words, 0 to 1. */
  readonly long: number;
  /** The longest sentences, for whoever has to shorten them. */
  readonly longest: readonly string[];
}

/** A sentence above this many words has to be read twice. */
export const LONG = 30;

/** What is no prose, or is read as one word: fenced code, comments, pictures, the address of a link, code spans, tags, tables, headings. */
const PLAIN: readonly (readonly [RegExp, string])[] = [
  [/^```.*?^```/gms, ""],
  [/<!--.*?-->/gs, ""],
  [/!\[[^\]]*\]\([^)]*\)/gs, ""],
  [/\[([^\]]*)\]\([^)]*\)/gs, "$1"],
  [/`[^`]*`/gs, "CODE"],
  [/<[^>]+>/gs, ""],
  [/^(?:\|.*|#+ .*)$/gm, ""],
];

/** The sentences of a Markdown text. An item of a list ends one. Fragments of one or two words are none. */
export function sentences(markdown: string): Sentence[] {
  const plain = PLAIN.reduce((text, [pattern, by]) => text.replace(pattern, by), markdown);
  return plain
    .split(/\n\s*\n|\n(?=\s*(?:[-*]|\d+\.) )/)
    .flatMap((paragraph) =>
      paragraph
        .trim()
        .split(/\s+/)
        .join(" ")
        .split(/(?<=[.!?])\s+(?=[A-Z*[(])/),
    )
    .map((text) => ({ text, words: text.split(" ").length }))
    .filter(({ words }) => words > 2);
}

/** How the sentences of a text read together. */
export function reading(list: readonly Sentence[]): Reading {
  const words = list.reduce((sum, sentence) => sum + sentence.words, 0);
  const longest = [...list].sort((a, b) => b.words - a.words).slice(0, 10);
  return {
    sentences: list.length,
    mean: words / list.length,
    long: list.filter((sentence) => sentence.words > LONG).length / list.length,
    longest: longest.map((sentence) => `${sentence.words}: ${sentence.text}`),
  };
}

/** Lines of a text above `limit` characters. Not counted: rows of tables and lines of a link or picture alone, which Markdown cannot break. */
export function longLines(markdown: string, limit: number): string[] {
  return markdown.split("\n").filter((line) => line.length > limit && !/^\s*(?:\||!?\[[^\]]*\]\([^)]*\)[.:]?$)/.test(line));
}

/** The docstring before each exported declaration in `names`, and those of its members, as one text with a paragraph per docstring. */
export function docstrings(source: string, names: readonly string[]): string {
  const blocks = names.flatMap((name) => {
    const start = source.search(new RegExp(`^export (?:async )?(?:function|const|interface|type|class) ${name}\\b`, "m"));
    if (start < 0) return [];
    const before = /\/\*\*(?:(?!\*\/).)*\*\/\n$/s.exec(source.slice(0, start))?.[0] ?? "";
    const rest = source.slice(start);
    const body = /^export (?:interface|class)/.test(rest) ? rest.slice(0, rest.search(/^\}/m)) : "";
    return [before, ...(body.match(/\/\*\*.*?\*\//gs) ?? [])];
  });
  return blocks.map((block) => block.replace(/^\s*\/\*\*|\*\/\s*$/g, "").replace(/^\s*\* ?/gm, "")).join("\n\n");
}

/** Names that a module exports from others, by the file they come from. */
export function reexports(index: string): Map<string, string[]> {
  const files = new Map<string, string[]>();
  for (const [, list, from] of index.matchAll(/export (?:type )?\{([^}]*)\} from "([^"]+)"/g)) {
    const names = list.split(",").map((name) =>
      name
        .replace(/\btype\b/, "")
        .split(" as ")[0]
        .trim(),
    );
    files.set(from, [...(files.get(from) ?? []), ...names.filter(Boolean)]);
  }
  return files;
}
