import betainc from "@stdlib/math-base-special-betainc";
import gammainc from "@stdlib/math-base-special-gammainc";
import quantile from "@stdlib/stats-base-dists-t-quantile";
import { checkInteger, checkNumber } from "../../util/check.js";

/**
 * P(X > x) of the chi-square distribution with nu degrees of freedom: the regularised upper incomplete gamma function Q(nu / 2, x / 2).
 * It keeps its digits far out, where one minus a distribution function has none. Throws unless x >= 0 and nu is 1 to 1000.
 */
export function chiSquareTail(x: number, nu: number): number {
  checkNumber(x, "chi-square tail: x", 0);
  checkInteger(nu, "chi-square tail: degrees of freedom", 1, 1000);
  return gammainc(x / 2, nu / 2, true, true);
}

/**
 * P(X > x) of the F distribution: the regularised incomplete beta function I_u(below / 2, above / 2) at u = below / (below + above x).
 * Throws unless x >= 0 (it may be Infinity) and the degrees of freedom are 1 to 1000.
 */
export function fTail(x: number, above: number, below: number): number {
  checkInteger(above, "F tail: degrees of freedom above", 1, 1000);
  checkInteger(below, "F tail: degrees of freedom below", 1, 1000);
  if (x !== Infinity) checkNumber(x, "F tail: x", 0);
  return betainc(below / (below + above * x), below / 2, above / 2);
}

/** The p-quantile of Student's t distribution with nu degrees of freedom. Throws unless 0 < p < 1 and nu is 1 to 100,000. */
export function tQuantile(p: number, nu: number): number {
  checkNumber(p, "t quantile: probability", 0, 1, true);
  checkInteger(nu, "t quantile: degrees of freedom", 1, 100_000);
  return quantile(p, nu);
}
