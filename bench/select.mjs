// COPPICE_DATA=folder node bench/select.mjs [SET...] [--threads 1] [--table]: scikit-learn's SVC on 50 features that selectFeatures gives, on all, and
// on 50 drawn, of a split (20 % test, seed 1); features are selected, and samples scaled, by the training part alone. A set is a line of
// docs/select.jsonl, and is not done again. --table prints docs/guide/features.md's table. Needs python3-sklearn.
import { parseArgs } from "node:util";
import { withModule } from "./load.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { threads: { type: "string" }, table: { type: "boolean", default: false } },
});
await withModule("/bench/select.ts", async ({ runMissing, tableOf }) => {
  const threads = values.threads === undefined ? undefined : Number(values.threads);
  if (!values.table) await runMissing(positionals, { threads, folder: process.env.COPPICE_DATA });
  console.log(tableOf().join("\n"));
});
