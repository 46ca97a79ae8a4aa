/** All 2^n ways to make n things positive (true) or not. */
export function signAssignments(n: number): boolean[][] {
  return Array.from({ length: 2 ** n }, (_, bits) => Array.from({ length: n }, (_, i) => ((bits >> i) & 1) === 1));
}
