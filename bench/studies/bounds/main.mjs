// COPPICE_DATA=FOLDER node bench/studies/bounds/main.mjs [--minutes 50] [--table]
// Trains what is still missing of the units and their bounds, one after another, and begins none after so many minutes. Each is a line of
// results.jsonl, which a later call does not repeat. docs/guide/generalise.md gets their table at the end; --table writes that alone.
import { parseArgs } from "node:util";
import { withModule } from "../../load.mjs";

const { values } = parseArgs({
  options: { minutes: { type: "string", default: "50" }, table: { type: "boolean", default: false } },
});
const minutes = Number(values.minutes);
if (!(minutes > 0)) throw new Error(`--minutes: ${values.minutes} is not a number above 0`);
if (!values.table && !process.env.COPPICE_DATA) throw new Error("COPPICE_DATA: it is not set, to the folder that holds mnist/");
await withModule("/bench/studies/bounds/main.ts", async ({ runMissing, writeTable }) => {
  if (!values.table) await runMissing(minutes, process.env.COPPICE_DATA);
  writeTable();
});
