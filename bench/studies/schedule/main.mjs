// COPPICE_DATA=FOLDER node bench/studies/schedule/main.mjs [--minutes 50] [--table]
// Trains what is still missing of the units, one after another on one thread, and begins none after so many minutes. Each is a line of results.jsonl,
// which a later call does not repeat. README.md beside this gets the decisions at the end, of what is there; --table writes these alone.
import { parseArgs } from "node:util";
import { withModule } from "../../load.mjs";

const { values } = parseArgs({
  options: { minutes: { type: "string", default: "50" }, table: { type: "boolean", default: false } },
});
const minutes = Number(values.minutes);
if (!(minutes > 0)) throw new Error(`--minutes: ${values.minutes} is not a number above 0`);
if (!values.table && !process.env.COPPICE_DATA) throw new Error("COPPICE_DATA: it is not set, to the folder of the catalogue");
await withModule("/bench/studies/schedule/main.ts", async ({ runMissing, writeTable }) => {
  if (!values.table) await runMissing(minutes, process.env.COPPICE_DATA);
  writeTable();
});
