import { expect, test } from "vitest";
import { counted } from "../../src/util/counted.js";

test("one is singular, any other number plural, as text too", () => {
  expect([0, 1, 2, "1", "1,001"].map((count) => counted(count, "sample"))).toEqual([
    "0 samples",
    "1 sample",
    "2 samples",
    "1 sample",
    "1,001 samples",
  ]);
});
