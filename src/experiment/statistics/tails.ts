import { CoppiceError, checkInteger, checkNumber } from "../../util/check.js";

/**
 * P(X > x) of the chi-square distribution with a whole number of degrees of freedom nu, to about 1e-12 of itself: the regularised
 * incomplete gamma function Q(a, z), a = nu / 2, z = x / 2. Below a + 1 by the series, above by the continued fraction (NIST Digital
 * Library of Mathematical Functions, 8.7.1 and 8.9.2 in its even form):
 *
 *     1 - Q = z^a e^-z / Gamma(a + 1) (1 + z / (a + 1) + z^2 / ((a + 1) (a + 2)) + ...)
 *     Q     = z^a e^-z / Gamma(a) / (z + 1 - a - 1 (1 - a) / (z + 3 - a - 2 (2 - a) / (z + 5 - a - ...)))
 *
 * Throws unless x >= 0 and nu is 1 to 1000.
 */
export function chiSquareTail(x: number, nu: number): number {
  checkNumber(x, "chi-square tail: x", 0);
  checkInteger(nu, "chi-square tail: degrees of freedom", 1, 1000);
  const [a, z] = [nu / 2, x / 2];
  if (z === 0) return 1;
  const front = Math.exp(a * Math.log(z) - z - logGamma(nu));
  if (z > a + 1) return front * continuedFraction((i) => (i === 1 ? [1, z + 1 - a] : [(i - 1) * (a - i + 1), z + 2 * i - 1 - a]));
  let [sum, term] = [0, 1 / a];
  for (let i = 1; sum + term !== sum; i++) {
    sum += term;
    term *= z / (a + i);
  }
  return 1 - front * sum;
}

/**
 * P(X > x) of the F distribution with whole numbers of degrees of freedom, to about 1e-12 of itself: the regularised incomplete beta function
 * I_u(a, b) with a = below / 2, b = above / 2, u = below / (below + above x), by its continued fraction (DLMF 8.17.22), taken for
 * 1 - I_(1 - u)(b, a) where that converges faster. Throws unless x >= 0 (it may be Infinity) and the degrees of freedom are 1 to 1000.
 */
export function fTail(x: number, above: number, below: number): number {
  checkInteger(above, "F tail: degrees of freedom above", 1, 1000);
  checkInteger(below, "F tail: degrees of freedom below", 1, 1000);
  if (x === Infinity) return 0;
  checkNumber(x, "F tail: x", 0);
  if (x === 0) return 1;
  const sum = below + above * x;
  const [u, v] = [below / sum, (above * x) / sum];
  const [a, b] = [below / 2, above / 2];
  const front = Math.exp(a * Math.log(u) + b * Math.log(v) + logGamma(above + below) - logGamma(above) - logGamma(below));
  if (u < (a + 1) / (a + b + 2)) return (front / a) * betaFraction(a, b, u);
  return 1 - (front / b) * betaFraction(b, a, v);
}

function betaFraction(a: number, b: number, u: number): number {
  return continuedFraction((i) => {
    const m = i >> 1;
    if (i === 1) return [1, 1];
    if (i % 2 === 0) return [(-(a + m - 1) * (a + b + m - 1) * u) / ((a + 2 * m - 2) * (a + 2 * m - 1)), 1];
    return [(m * (b - m) * u) / ((a + 2 * m - 1) * (a + 2 * m)), 1];
  });
}

/** a1 / (b1 + a2 / (b2 + ...)) for term(i) = [a_i, b_i] by Lentz's method (Thompson & Barnett, J. Computational Physics 64, 1986). */
function continuedFraction(term: (i: number) => readonly [number, number]): number {
  const tiny = 1e-300; // stands for a denominator of 0, which the next term takes up again
  let [value, c, d] = [tiny, tiny, 0];
  for (let i = 1; i < 10_000; i++) {
    const [a, b] = term(i);
    d = 1 / (b + a * d || tiny);
    c = b + a / c || tiny;
    value *= c * d;
    if (Math.abs(c * d - 1) <= Number.EPSILON) return value;
  }
  throw new CoppiceError("continued fraction: no limit after 10000 terms; this is a bug", "failure");
}

/** log Gamma(twice / 2), from Gamma(1) = 1 and Gamma(1/2) = sqrt(pi) upwards. */
function logGamma(twice: number): number {
  let sum = twice % 2 === 0 ? 0 : Math.log(Math.PI) / 2;
  for (let k = twice - 2; k > 0; k -= 2) sum += Math.log(k / 2);
  return sum;
}
