import type { FitApi } from "../../worker/fit.js";
import FitWorker from "../../worker/fit.ts?worker&inline";
import { type Helper, helperOf } from "../workers.js";

// Imported when it is first asked for, with a worker of its own: the first load is without it.

/** A worker that finds the best model for one source. */
export const startSearch = (): Helper<FitApi> => helperOf<FitApi>(new FitWorker());
