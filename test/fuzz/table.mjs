// The table of docs/fuzz.md, from the lines of docs/fuzz.jsonl.
const [START, END] = ["<!-- results -->\n", "<!-- end of results -->\n"];

/** The page with its table written anew. */
export function table(page, jsonl) {
  const rows = jsonl
    .trim()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line))
    .map(
      ({ reader, runs, seed, seconds, read, refused, slowestMs, mostAllocated, failure, date }) =>
        `| ${[reader, runs.toLocaleString("en"), seed, seconds, read.toLocaleString("en"), refused.toLocaleString("en"), slowestMs, (mostAllocated / 1e6).toFixed(1), failure === null ? "none" : failure.split("\n")[0].replaceAll("|", "\\|"), date].join(" | ")} |`,
    );
  const head = [
    "| reader | runs | seed | seconds | read | refused | slowest, ms | most allocated, MB | failures | date |",
    "|---|--:|--:|--:|--:|--:|--:|--:|---|---|",
  ];
  const [before, after] = [page.indexOf(START) + START.length, page.indexOf(END)];
  return `${page.slice(0, before)}${[...head, ...rows].join("\n")}\n${page.slice(after)}`;
}
