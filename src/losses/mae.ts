import { errorLoss } from "./errors.js";

/** Mean absolute error over the C outputs: sum |z - t| / C, delta sign(z - t) / (C count), 0 where they are equal. */
export const mae = errorLoss("mae", "absolute error", {
  wgsl: { value: "abs(e)", slope: "sign(e)" },
  value: Math.abs,
  slope: Math.sign,
});
