import { callable, pieceOf, wgslOf } from "../options/piece.js";
import { custom, flag, oneOf, optional, text } from "../options/schema.js";
import { METRICS, type MetricName } from "./index.js";
import type { Metric } from "./metric.js";

const isRange = (value: unknown) =>
  Array.isArray(value) && value.length === 2 && value.every((end) => typeof end === "number") && value[0] < value[1];

/** A metric: by its name, or one of the user's own. */
export const METRIC = pieceOf<MetricName, Metric>("metric", METRICS, {
  told: ["better"],
  fields: {
    name: text(
      /^(?!loss$)[a-z][A-Za-z0-9]*$/,
      'a name for fields of records: a small letter, then letters and digits, not "loss"',
    ),
    label: optional(text()),
    better: oneOf(["larger", "smaller"]),
    fraction: optional(flag()),
    range: optional(custom(isRange, "two numbers, the least and the most that it may be")),
    wgsl: optional(wgslOf("sampleMetric")),
    measure: optional(callable),
    of: optional(callable),
    inUnits: optional(callable),
    over: optional(callable),
    unfit: optional(callable),
    alone: optional(flag()),
  },
  problem: ({ wgsl, measure, over }) => {
    const whole = over !== undefined && wgsl === undefined && measure === undefined;
    const summed = over === undefined && wgsl !== undefined && measure !== undefined;
    return whole || summed ? undefined : "needs wgsl and measure, or over alone";
  },
});
