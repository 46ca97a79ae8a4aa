import { DENSITIES, PUBLISHED, PUBLISHED_ERROR, ROWS, type Unit } from "./units.js";

/** What a unit came to. */
export interface Result extends Unit {
  readonly testAccuracy: number;
}

/** Of some seeds, in %; one has no deviation. */
export interface Summary {
  readonly n: number;
  readonly mean: number;
  readonly std: number | null;
}

/** Mean, sample deviation and count of the test accuracies of a row at a density, in %; null where there is none. */
export function summarize(results: readonly Result[], row: string, density: number): Summary | null {
  const found = results.filter((result) => result.row === row && result.density === density);
  const values = found.map(({ testAccuracy }) => 100 * testAccuracy);
  const n = values.length;
  if (n === 0) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { n, mean, std: n > 1 ? Math.sqrt(squares / (n - 1)) : null };
}

/** Whether a mean is within two standard errors of the published one, or above it: "yes", "no", or "too few" below two seeds. */
export function verdict({ n, mean, std }: Summary, published: number): string {
  if (std === null) return "too few";
  const error = Math.hypot(std / Math.sqrt(n), PUBLISHED_ERROR);
  return mean >= published - 2 * error ? "yes" : "no";
}

/** The table, a line for each row and density that has a result; empty ones are left out. */
export function tableOf(results: readonly Result[]): string[] {
  const lines = Object.keys(ROWS).flatMap((row) =>
    DENSITIES.flatMap((density) => {
      const found = summarize(results, row, density);
      if (!found) return [];
      const { n, mean, std } = found;
      const published = PUBLISHED[row]?.[density];
      const ours = `${mean.toFixed(2)}${std === null ? "" : ` ± ${std.toFixed(2)}`}`;
      const beside = published === undefined ? ["none", ""] : [published.toFixed(2), verdict(found, published)];
      return [`| ${row} | ${100 * density} % | ${n} | ${ours} | ${beside.join(" | ")} |`];
    }),
  );
  return [
    "| method | density | seeds | here, % | published, % | within two standard errors, or above |",
    "|---|---|---|---|---|---|",
    ...lines,
  ];
}
