import { isRecord } from "../../util/check.js";

/** What the fields of a result's measures are called that were so called in 0.1.0, which knew classification alone. */
const FINAL = {
  accuracy: "testAccuracy",
  balancedAccuracy: "testBalancedAccuracy",
  crossEntropy: "testLoss",
  trainCrossEntropy: "trainLoss",
};

/** A result as it is written today, of one that 0.1.0 wrote; others as they are. */
export function renewResult(value: unknown): unknown {
  if (!isRecord(value) || !("majority" in value)) return value;
  const { majority, removedAfter, ...rest } = value;
  return {
    ...rest,
    final: renamed(rest.final, FINAL),
    atBestValidation: renamed(rest.atBestValidation, FINAL),
    floor: majority,
    removedAfter: Array.isArray(removedAfter)
      ? removedAfter.map((curve) => renamed(curve, { accuracy: "values" }))
      : removedAfter,
  };
}

function renamed(fields: unknown, names: Readonly<Record<string, string>>): unknown {
  if (!isRecord(fields)) return fields;
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [names[name] ?? name, value]));
}
