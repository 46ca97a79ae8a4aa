import type { Device } from "../device/device.js";
import type { Dispatch } from "../device/kernel.js";
import { type Clipping, clipDispatches, createClipping, sumsOf } from "./clip.js";
import type { StepContext } from "./context.js";
import { followed } from "./ema.js";
import { limited } from "./limit.js";

/** What follows the updates of a step: the step by clipped gradients, the bounds of norms, the averages. Its buffers are kept where they fit. */
export function createLate(device: Device) {
  let clipping: Clipping | undefined;
  let madeFor = "";
  const release = () => {
    if (clipping) device.destroyBuffers([clipping.sums, clipping.factors]);
    clipping = undefined;
  };
  const clip = (context: StepContext): Dispatch[] => {
    const counts = sumsOf(context);
    if (counts.length === 0) return [];
    if (!clipping || madeFor !== String(counts)) {
      release();
      clipping = createClipping(device, counts);
      madeFor = String(counts);
    }
    return clipDispatches(context, clipping, context.rates);
  };
  return {
    release,
    after: (context: StepContext): Dispatch[] => [...clip(context), ...limited(context), ...followed(context, context.rates)],
  };
}
