import { checkInteger, checkNumber } from "../util/check.js";

/**
 * The p-quantile of Student's t distribution with a whole number of degrees of freedom nu, to about 1e-14 of itself (1e-12 in the far tails).
 *
 * With theta = atan(t / sqrt(nu)), A(t) = P(|T| <= t) is a finite sum (Abramowitz & Stegun 1964, 26.7.3 and 26.7.4):
 *
 *     nu odd:  2/pi (theta + sin(theta) (cos + 2/3 cos^3 + ... + (2 4 ... (nu - 3)) / (3 5 ... (nu - 2)) cos^(nu - 2)))
 *     nu even: sin(theta) (1 + 1/2 cos^2 + ... + (1 3 ... (nu - 3)) / (2 4 ... (nu - 2)) cos^(nu - 2))
 *
 * It rises with theta, which is found by halving the interval from 0 to pi / 2. Throws unless 0 < p < 1 and nu is 1 to 100,000.
 */
export function tQuantile(p: number, nu: number): number {
  checkNumber(p, "t quantile: probability", 0, 1, true);
  checkInteger(nu, "t quantile: degrees of freedom", 1, 100_000);
  const inside = Math.abs(2 * p - 1);
  let [low, high] = [0, Math.PI / 2];
  for (let middle = high / 2; middle > low && middle < high; middle = (low + high) / 2) {
    if (withinAngle(middle, nu) < inside) low = middle;
    else high = middle;
  }
  return Math.sign(p - 0.5) * Math.sqrt(nu) * Math.tan(low);
}

/** A(t) for t = sqrt(nu) tan(theta). */
function withinAngle(theta: number, nu: number): number {
  const cosine = Math.cos(theta);
  const odd = nu % 2 === 1;
  let term = odd ? cosine : 1;
  let sum = nu === 1 ? 0 : term;
  for (let k = odd ? 3 : 2; k < nu; k += 2) {
    term *= ((k - 1) / k) * cosine * cosine;
    sum += term;
  }
  return odd ? (2 / Math.PI) * (theta + Math.sin(theta) * sum) : Math.sin(theta) * sum;
}
