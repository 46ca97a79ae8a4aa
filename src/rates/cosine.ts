import type { RateSchedule } from "./rate-schedule.js";

/** (1 + cos(pi t)) / 2 with t from 0 to 1 over the epochs after warm-up (Loshchilov and Hutter 2017). */
export const cosine: RateSchedule = {
  name: "cosine",
  factor: ({ time, warmup, epochs }) => (1 + Math.cos((Math.PI * (time - warmup)) / (epochs - warmup))) / 2,
};
