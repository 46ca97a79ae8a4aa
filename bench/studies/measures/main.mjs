// node bench/studies/measures/main.mjs [--minutes 50]
// Trains what is still missing of 24 networks on the bundled digits, measures each on its training samples, and prints the rank correlation of each
// measure with the gap between training and test accuracy. A network is a line of results.jsonl, which a later call does not repeat.
import { parseArgs } from "node:util";
import { withModule } from "../../load.mjs";

const { values } = parseArgs({ options: { minutes: { type: "string", default: "50" } } });
const minutes = Number(values.minutes);
if (!(minutes > 0)) throw new Error(`--minutes: ${values.minutes} is not a number above 0`);
await withModule("/bench/studies/measures/main.ts", async ({ runMissing, correlations }) => {
  await runMissing(minutes);
  console.log(correlations().join("\n"));
});
