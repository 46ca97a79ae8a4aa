import * as fc from "fast-check";
import { DATA } from "./data-targets.js";
import { MODELS } from "./model-targets.js";
import { cases, own, type Target } from "./target.js";

/** Every reader by name. */
export const TARGETS: Readonly<Record<string, Target>> = {
  /** None: what the watchdog is for. */
  hang: {
    cases: cases(fc.uint8Array({ minLength: 3, maxLength: 3 }), own, () => [
      async () => {
        while (Date.now() > 0);
      },
    ]),
    place: /./,
    sources: [],
  },
  ...DATA,
  ...MODELS,
};
