import type { RateSchedule } from "./rate-schedule.js";

export const constant: RateSchedule = { name: "constant", factor: () => 1 };
