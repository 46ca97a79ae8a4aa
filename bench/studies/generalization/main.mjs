// node bench/studies/generalization/main.mjs [--results docs/generalization] [--to docs/generalization]
// Puts the paper's claims to the test on the results of `coppice experiment generalization`: writes report.html, report.md with figures/ and CSV
// files. The results are those of a folder that the command left, or of its archive (results.jsonl.gz), which is written beside the report.
import { parseArgs } from "node:util";
import { withModule } from "../../load.mjs";

const { values } = parseArgs({
  options: {
    results: { type: "string", default: "docs/generalization" },
    to: { type: "string", default: "docs/generalization" },
  },
});
await withModule("/bench/studies/generalization/main.ts", ({ main }) => console.log(main(values)));
