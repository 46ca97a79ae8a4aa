import { describe, test } from "vitest";

/** Whether every case runs: in `npm run test:matrix`, and of kernels in `npm run test:kernel`. `npm test` takes the chosen ones. */
export const WHOLE = ["matrix", "kernels"].includes(import.meta.env.MODE);
if (process.env.npm_lifecycle_event === "test:matrix" && !WHOLE)
  throw new Error("test:matrix lost its mode: no case would be whole");

/** Runs of a property test that takes long: a quarter in `npm test`. */
export const numRuns = (whole: number) => ({ numRuns: WHOLE ? whole : Math.ceil(whole / 4) });

/** Takes what `test` does and registers nothing: a case that is left out is not told as skipped. */
const leaveOut: { (...args: Parameters<typeof test>): void; each: typeof test.each } = Object.assign(() => {}, {
  each: () => () => {},
});

/** The kinds of device for a group of which `npm test` takes the CPU alone. */
export const KINDS: readonly ("cpu" | "webgpu")[] = WHOLE ? ["cpu", "webgpu"] : ["cpu"];

/** `test` for a case that `npm test` leaves to `npm run test:matrix`. */
export const matrixTest = WHOLE ? test : leaveOut;

/** The same on WebGPU alone, where a software adapter compiles a shader for each set of constants, for 0.1 s to 3 s. */
export const gpuMatrixTest = ({ name }: { name: string }) => (WHOLE || name !== "webgpu" ? test : leaveOut);

/** `describe` for a group whose cases `npm test` leaves to `npm run test:matrix`, with what they prepare. */
export const matrixDescribe: (name: string, cases: () => void | Promise<void>) => void = WHOLE ? describe : () => {};
