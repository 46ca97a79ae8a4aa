// node bench/studies/rules/main.mjs [--minutes 10] [--picture]
// Trains what is still missing of the units on the bundled digits, one after another on one thread, and begins none after so many minutes. Each is a
// line of results.jsonl, which a later call does not repeat. docs/rules.svg and the table of docs/guide/rules.md are of what is there; --picture
// writes these alone.
import { parseArgs } from "node:util";
import { withModule } from "../../load.mjs";

const { values } = parseArgs({
  options: { minutes: { type: "string", default: "10" }, picture: { type: "boolean", default: false } },
});
const minutes = Number(values.minutes);
if (!(minutes > 0)) throw new Error(`--minutes: ${values.minutes} is not a number above 0`);
await withModule("/bench/studies/rules/main.ts", async ({ runMissing, writePicture }) => {
  if (!values.picture) await runMissing(minutes);
  writePicture();
});
