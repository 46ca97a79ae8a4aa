import { checkNumber } from "../../util/check.js";

/**
 * Holm's adjusted p-values, in the order given: rejecting where they are at most alpha keeps the chance of any false rejection among all m
 * tests below alpha, however the tests depend on each other (Holm, Scandinavian Journal of Statistics 6, 1979).
 *
 *     adjusted(i) = max over j <= i of min(1, (m - j + 1) p(j)),  p(1) <= ... <= p(m)
 *
 * Throws unless every p is from 0 to 1.
 */
export function holm(pValues: readonly number[]): number[] {
  for (const p of pValues) checkNumber(p, "Holm's adjustment: p-value", 0, 1);
  const adjusted = new Array<number>(pValues.length);
  const order = Array.from(pValues.keys()).sort((a, b) => pValues[a] - pValues[b]);
  let largest = 0;
  order.forEach((test, place) => {
    largest = Math.max(largest, Math.min(1, (pValues.length - place) * pValues[test]));
    adjusted[test] = largest;
  });
  return adjusted;
}
