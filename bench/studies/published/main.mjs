// COPPICE_DATA=FOLDER node bench/studies/published/main.mjs [--minutes 50] [--row SET] [--density 0.01] [--seed 1] [--table]
// Trains what is still missing of the units, one after another, until the minutes are over: a unit that has begun is finished. Each is a line of
// results.jsonl, which a later call does not repeat. docs/published.md gets its table at the end, of what is there; --table writes that alone.
import { parseArgs } from "node:util";
import { withModule } from "../../load.mjs";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "50" },
    row: { type: "string" },
    density: { type: "string" },
    seed: { type: "string" },
    table: { type: "boolean", default: false },
  },
});
const { minutes, table, ...only } = values;
if (!(Number(minutes) > 0)) throw new Error(`--minutes: ${minutes} is not a number above 0`);
await withModule("/bench/studies/published/main.ts", async ({ runMissing, writeTable }) => {
  if (!table) await runMissing(only, Number(minutes), process.env.COPPICE_DATA);
  writeTable();
});
