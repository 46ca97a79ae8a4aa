/** Mean over runs of one of their numbers; NaN without runs. */
export function meanOf<K extends string>(runs: readonly Readonly<Record<K, number>>[], key: K): number {
  return runs.reduce((sum, run) => sum + run[key], 0) / runs.length;
}
