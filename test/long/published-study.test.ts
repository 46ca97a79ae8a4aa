import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { main } from "../../bench/studies/generalization/main.js";

const DOCS = new URL("../../docs/generalization/", import.meta.url).pathname;

it("the study of the results that 0.1.0 left says what is published", () => {
  const folder = mkdtempSync(join(tmpdir(), "coppice-study-"));
  main({ results: DOCS, to: folder });
  for (const name of ["report.md", "report.html", "hypotheses.csv", "figure1.csv", "runs.csv"])
    expect(readFileSync(join(folder, name), "utf8") === readFileSync(join(DOCS, name), "utf8"), name).toBe(true);
  rmSync(folder, { recursive: true });
});
