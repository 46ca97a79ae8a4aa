import type { Unit } from "./units.js";

/** What a unit came to. */
export interface Result extends Unit {
  readonly testAccuracy: number;
  readonly nnz: number;
  readonly bound: number;
  readonly error: number;
  readonly errorAtMost: number;
  readonly kl: number;
  readonly connectionsPrice: number;
  readonly triedPrice: number;
  readonly prior: { readonly centre: string; readonly variance: number };
}

const rounded = (value: number) => Math.round(value).toLocaleString("en-US");

/** What is said of a unit. */
function nameOf({ method, density, halves, prior }: Result): string {
  const where = halves ? ", other half of the samples" : "";
  return `\`${method}\`${method === "dense" ? "" : `, ${100 * density} %`}${where}${prior.centre === "model" ? ", prior at the model" : ""}`;
}

/** A line for each result. */
export function tableOf(results: readonly Result[]): string[] {
  const rows = results.map((result) => {
    const { testAccuracy, error, kl, connectionsPrice, steps, bound, nnz } = result;
    const cells = [rounded(nnz), `${(100 * (1 - testAccuracy)).toFixed(1)} %`, `${(100 * error).toFixed(1)} %`, rounded(kl)];
    return `| ${[nameOf(result), ...cells, rounded(connectionsPrice), rounded(steps), bound.toFixed(3)].join(" | ")} |`;
  });
  return [
    "| network | connections | its test error | error of noisy networks | KL, nats | price of connections, nats | steps | bound |",
    "|---|--:|--:|--:|--:|--:|--:|--:|",
    ...rows,
  ];
}
