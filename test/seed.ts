import fc from "fast-check";

/**
 * Before tests (`setupFiles` of vitest.config.ts): properties draw the same cases in each run, so that a failure is of the change at hand.
 * `COPPICE_SEED=$RANDOM npm test` draws others.
 */
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env.COPPICE_SEED ?? 1) });
