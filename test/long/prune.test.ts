import { expect, test } from "vitest";
import { createWebgpuDevice } from "../../src/device/webgpu/device.js";
import { selectSmallest } from "../../src/evolution/select-smallest.js";
import { random } from "../../src/util/random.js";

test("prunes 10^7 connections exactly on a GPU", async () => {
  const n = 10_000_000;
  // Weights as after training, but two in five rounded to 1/256, so that the thresholds fall among thousands of equal ones.
  const rng = random(1, "large");
  const values = new Float32Array(n);
  for (let k = 0; k < n; k++) {
    const w = (rng.float() + rng.float() - 1) / 2;
    values[k] = k % 5 < 2 ? Math.round(256 * w) / 256 : w;
  }
  const device = await createWebgpuDevice();
  const slots = await selectSmallest(device, values, { zeta: 0.3, signed: true });
  await device.dispose();

  const goes = new Uint8Array(n);
  const class_ = new Float32Array(n);
  for (const sign of [1, -1]) {
    let size = 0;
    for (let k = 0; k < n; k++) if (sign * values[k] > 0) class_[size++] = sign * values[k];
    const sorted = class_.subarray(0, size).sort();
    const count = Math.floor(0.3 * sorted.length);
    const last = sorted[count - 1];
    let ties = count - sorted.indexOf(last);
    for (let k = 0; k < n; k++) {
      const w = sign * values[k];
      if (w === 0 || (w > 0 && w < last) || (w === last && ties-- > 0)) goes[k] = 1;
    }
  }
  let expected = 0;
  for (const slot of slots) {
    while (expected < n && !goes[expected]) expected++;
    if (slot !== expected++) expect.fail(`slot ${slot} is selected, expected ${expected - 1}`);
  }
  expect(goes.indexOf(1, expected)).toBe(-1);
});
