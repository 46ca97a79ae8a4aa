import { callable, pieceOf } from "../options/piece.js";
import { RATES, type RateName } from "./index.js";
import type { RateSchedule } from "./rate-schedule.js";

/** A learning rate schedule: by its name, or one of the user's own. */
export const SCHEDULE = pieceOf<RateName, RateSchedule>("learning rate schedule", RATES, {
  told: ["factor"],
  fields: { factor: callable },
});
