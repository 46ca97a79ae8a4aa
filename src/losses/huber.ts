import { errorLoss } from "./errors.js";

/**
 * Huber's loss with threshold 1 (P. J. Huber 1964), a standard deviation of the target: with e = z - t the mean over the C outputs of e^2 / 2
 * where |e| <= 1, else |e| - 1/2; delta e, cut to -1 .. 1, / (C count).
 */
export const huber = errorLoss("huber", "Huber loss", {
  wgsl: { value: "select(abs(e) - 0.5, 0.5 * e * e, abs(e) <= 1.0)", slope: "clamp(e, -1.0, 1.0)" },
  value: (e) => (Math.abs(e) <= 1 ? 0.5 * e * e : Math.abs(e) - 0.5),
  slope: (e) => Math.max(-1, Math.min(1, e)),
});
