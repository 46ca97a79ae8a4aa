import type { ReplayOptions } from "../device.js";
import type { Faults } from "./faults.js";

/** A dispatch made ready: x by y workgroups. */
export interface WebgpuStep {
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  readonly x: number;
  readonly y: number;
}

/** Work aimed at in one submit, in ms: well under the 2 s after which Windows resets a GPU, long enough to hide the submit's cost. */
const SUBMIT_MS = 100;
/**
 * The pace taken for a replay falls to a fourth at most from one submit to the next: when a busy computer tells of two submits at once, the second
 * seems to have taken no time, and the next would be the whole epoch.
 */
const QUICKENING = 4;
/** Submits under way at once: one running while the next is encoded. */
const IN_FLIGHT = 2;

/** Replays steps, one compute pass a time, in submits whose size adapts to the device's measured pace. */
export function createSubmitter(device: GPUDevice, { throwIfAny, kept }: Faults) {
  const paces = new WeakMap<readonly WebgpuStep[], number>(); // ms one replay takes
  const inFlight: Promise<void>[] = [];
  let lastDone = 0;

  const submit = (steps: readonly WebgpuStep[], times: number): void => {
    const encoder = device.createCommandEncoder();
    for (let i = 0; i < times; i++) {
      const pass = encoder.beginComputePass();
      encodeSteps(pass, steps);
      pass.end();
    }
    const started = performance.now();
    device.queue.submit([encoder.finish()]);
    const done = kept(device.queue.onSubmittedWorkDone()).then(() => {
      const now = performance.now();
      const least = (paces.get(steps) ?? SUBMIT_MS) / QUICKENING;
      paces.set(steps, Math.max(least, (now - Math.max(started, lastDone)) / times));
      lastDone = now;
    });
    done.catch(() => {}); // whoever awaits it is told; the last ones of a run are awaited by the next run, if there is one
    inFlight.push(done);
  };

  return {
    async run(steps: readonly WebgpuStep[], times: number, { signal, hold }: ReplayOptions = {}): Promise<void> {
      for (let done = 0; done < times; ) {
        await hold?.(() => Promise.all(inFlight));
        throwIfAny();
        signal?.throwIfAborted();
        const pace = paces.get(steps);
        const size = pace === undefined ? 1 : Math.max(1, Math.floor(SUBMIT_MS / Math.max(pace, 1e-3)));
        submit(steps, Math.min(size, times - done));
        done += Math.min(size, times - done);
        while (inFlight.length >= IN_FLIGHT) await inFlight.shift();
      }
      throwIfAny();
    },
  };
}

/** Encodes one replay of recorded steps. */
export function encodeSteps(pass: GPUComputePassEncoder, steps: readonly WebgpuStep[]): void {
  for (const { pipeline, bindGroup, x, y } of steps) {
    if (x === 0) continue; // no work, as for an empty matrix; Dawn warns of such dispatches
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(x, y);
  }
}
