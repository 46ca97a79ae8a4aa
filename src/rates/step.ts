import type { RateSchedule } from "./rate-schedule.js";

/** gamma^floor(time / stepEpochs). */
export const step: RateSchedule = {
  name: "step",
  factor: ({ time, gamma, stepEpochs }) => gamma ** Math.floor(time / stepEpochs),
};
