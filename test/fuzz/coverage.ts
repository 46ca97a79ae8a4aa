import { Session } from "node:inspector";

/** Lines of a source that run, of all that hold code. */
export interface Lines {
  readonly lines: number;
  readonly covered: number;
  /** The others, as they are when types are taken off. */
  readonly missed: string[];
}

interface Range {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}

/** Counts from here on, by V8, what of all modules runs; returns a function that tells of some of them, by their sources' names and texts. */
export async function startCoverage(): Promise<(modules: Readonly<Record<string, string>>) => Promise<Record<string, Lines>>> {
  const session = new Session();
  session.connect();
  const post = (method: string, parameters?: object) =>
    new Promise<unknown>((resolve, reject) =>
      session.post(method, parameters, (error, result) => (error ? reject(error) : resolve(result))),
    );
  await post("Profiler.enable");
  await post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  return async (modules) => {
    const { result } = (await post("Profiler.takePreciseCoverage")) as {
      result: { url: string; functions: { ranges: Range[] }[] }[];
    };
    const rangesOf = (name: string) =>
      result.find(({ url }) => url.endsWith(name))?.functions.flatMap(({ ranges }) => ranges) ?? [];
    return Object.fromEntries(Object.entries(modules).map(([name, text]) => [name, linesOf(text, rangesOf(name))]));
  };
}

/** Whether a line holds code that can run or not: no comment, no lone brackets. */
const CODE = /^(?!\s*(\/\/|\/\*|\*)).*[^\s{}()[\];,]/;

function linesOf(text: string, ranges: readonly Range[]): Lines {
  const counts = new Uint32Array(text.length);
  // the inner ranges last: they say more
  const order = [...ranges].sort((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset);
  for (const { startOffset, endOffset, count } of order) counts.fill(count, startOffset, endOffset);
  const missed: string[] = [];
  let [lines, at] = [0, 0];
  for (const line of text.split("\n")) {
    if (CODE.test(line)) {
      lines++;
      const start = at + line.search(/\S/);
      if (counts.subarray(start, at + line.length).every((count) => count === 0)) missed.push(line.trim());
    }
    at += line.length + 1;
  }
  return { lines, covered: lines - missed.length, missed };
}
