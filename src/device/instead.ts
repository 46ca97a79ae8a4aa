import type { Device, DeviceBuffer, Recording, TypedData } from "./device.js";
import type { Dispatch } from "./kernel.js";
import { arraysFrom, sharesOf } from "./shares.js";

/** A recording whose dispatches do not all run on the device: recordings of it, and the others in their places. */
interface RecordingInParts extends Recording {
  readonly parts: readonly (Recording | { readonly taken: Dispatch })[];
}

/**
 * A device that runs what is recorded on `on`, but calls `instead` in the place of every dispatch that `takes` picks. Those are not even
 * compiled. For debugging: what is taken waits for all before it, so it is slow.
 */
export function runInstead<D extends Device>(
  on: D,
  takes: (dispatch: Dispatch) => boolean,
  instead: (dispatch: Dispatch) => Promise<void>,
): D {
  const partsOf = (recording: Recording) => (recording as RecordingInParts).parts;
  return {
    ...on,
    async record(dispatches) {
      if (!dispatches.some(takes)) return on.record(dispatches);
      const parts: (Recording | { taken: Dispatch })[] = [];
      for (let from = 0; from < dispatches.length; ) {
        let to = from;
        while (to < dispatches.length && !takes(dispatches[to])) to++;
        if (to > from) parts.push(await on.record(dispatches.slice(from, to)));
        if (to < dispatches.length) parts.push({ taken: dispatches[to] });
        from = to + 1;
      }
      return { dispatches, parts } satisfies RecordingInParts;
    },
    release(recording) {
      if (!partsOf(recording)) return on.release(recording);
      for (const part of partsOf(recording)) if (!("taken" in part)) on.release(part);
    },
    async run(recording, times = 1, options) {
      if (!partsOf(recording)) return on.run(recording, times, options);
      for (let i = 0; i < times; i++)
        for (const part of partsOf(recording)) {
          options?.signal?.throwIfAborted();
          await ("taken" in part ? instead(part.taken) : on.run(part, 1, options));
        }
    },
    async time(recording, times) {
      if (!partsOf(recording)) return on.time(recording, times);
      const start = performance.now();
      await this.run(recording, times);
      await on.idle();
      return { ms: performance.now() - start, clock: "wall" };
    },
  };
}

/** What the buffers of a dispatch hold, by binding. Bindings that share a buffer share the array; those without one are empty. */
export async function contentsOf(on: Device, { kernel, buffers }: Dispatch): Promise<Record<string, TypedData>> {
  const held = [...new Set(Object.values(buffers).filter((buffer): buffer is DeviceBuffer => buffer !== null))];
  const contents = await on.read(held);
  return Object.fromEntries(
    Object.entries(kernel.bindings).map(([name, binding]) => {
      const buffer = buffers[name];
      const none = binding.endsWith("f32") ? new Float32Array(0) : new Uint32Array(0);
      return [name, buffer ? contents[held.indexOf(buffer)] : none];
    }),
  );
}

/** The bindings that a dispatch writes, with their buffers. */
export function written({ kernel, buffers }: Dispatch): [binding: string, buffer: DeviceBuffer][] {
  return Object.entries(kernel.bindings).flatMap(([name, binding]) => {
    const buffer = buffers[name];
    return buffer && /^(write|readWrite) /.test(binding) ? [[name, buffer] as [string, DeviceBuffer]] : [];
  });
}

/** Computes a dispatch by its kernel's twin, in place, on what the bindings hold. */
export function runTwin(
  { kernel, params, constants, pieces = kernel.pieces ?? {} }: Dispatch,
  arrays: Readonly<Record<string, TypedData>>,
): void {
  for (const share of sharesOf(kernel, params, constants, arrays.places as Uint32Array))
    kernel.twin(share.params, arraysFrom(arrays, share) as Record<string, never>, constants, pieces);
}
