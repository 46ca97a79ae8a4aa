/** 0.97234 -> "97.2 %"; "-" for null. */
export function percent(fraction: number | null, digits = 1): string {
  return fraction === null ? "-" : `${(100 * fraction).toFixed(digits)} %`;
}
