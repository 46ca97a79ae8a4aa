/** kl(q || p) = q ln(q / p) + (1 - q) ln((1 - q) / (1 - p)) of coins that fall so with probability q and p. */
export function klOfCoins(q: number, p: number): number {
  const part = (a: number, b: number) => (a === 0 ? 0 : a * Math.log(a / b));
  return part(q, p) + part(1 - q, 1 - p);
}

/** The largest p with kl(q || p) <= most, by bisection: an upper bound of p where q was seen. */
export function invertKl(q: number, most: number): number {
  let [low, high] = [q, 1];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (klOfCoins(q, middle) <= most) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * What the mean of a distribution within [0, 1] is at most, with probability 1 - delta, by the sum and the sum of squares of n independent draws: Maurer,
 * Pontil 2009 (arXiv:0907.3740), theorem 4.
 */
export function meanAtMost(sum: number, squares: number, n: number, delta: number): number {
  const variance = Math.max(0, squares - (sum * sum) / n) / (n - 1);
  const doubt = Math.log(2 / delta);
  return Math.min(1, sum / n + Math.sqrt((2 * variance * doubt) / n) + (7 * doubt) / (3 * (n - 1)));
}

/** ln of the ways to choose k of n, in f64. */
export const logChoose = (n: number, k: number): number => logFactorial(n) - logFactorial(k) - logFactorial(n - k);

/** ln n!: a sum of few, else Stirling's series, which is then right to f64. */
function logFactorial(n: number): number {
  if (n < 64) {
    let sum = 0;
    for (let i = 2; i <= n; i++) sum += Math.log(i);
    return sum;
  }
  return (n + 0.5) * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * n) - 1 / (360 * n ** 3) + 1 / (1260 * n ** 5);
}
