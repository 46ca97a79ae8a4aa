import { RESOLUTION } from "../../../src/experiment/statistics/mid-ranks.js";
import { type SignedRank, wilcoxonSignedRank } from "../../../src/experiment/statistics/wilcoxon.js";
import { checkNumber } from "../../../src/util/check.js";

/**
 * Tests that differences are not below -margin: the signed-rank test of d + margin against 0, "greater". A small p says that what is lost
 * is less than the margin, which has to be fixed beforehand. Margin in the units of the differences. Throws unless it is above 0, and
 * what the test throws.
 */
export function nonInferiority(differences: readonly number[], margin: number, resolution = RESOLUTION): SignedRank {
  checkNumber(margin, "non-inferiority: margin", 0, Infinity, true);
  return wilcoxonSignedRank(
    differences.map((d) => d + margin),
    "greater",
    resolution,
  );
}
