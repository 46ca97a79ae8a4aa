import type { FitApi } from "../../worker/fit.js";
import { url as script } from "../../worker/fit.js?script";
import { type Helper, helperOf } from "../workers.js";

// Imported when it is first asked for, with a worker of its own: the first load is without it.

/** A worker that finds the best model for one source. */
export const startSearch = (): Helper<FitApi> => helperOf<FitApi>(script);
