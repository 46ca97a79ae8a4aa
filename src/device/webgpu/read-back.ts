import { takeTurns } from "../../util/turns.js";
import type { DeviceBuffer, TypedData } from "../device.js";

/** Largest staging buffer in bytes: longer read-backs go through it in pieces, so that it does not grow with the network. */
const STAGING_BYTES = 4 * 2 ** 20;

/** Size of the staging buffer once `bytes` have been read back. */
export function stagingBytes(bytes: number): number {
  return Math.min(STAGING_BYTES, Math.max(65_536, 2 ** Math.ceil(Math.log2(Math.max(1, bytes)))));
}

/** A buffer to read. */
interface Read {
  readonly buffer: GPUBuffer;
  readonly info: DeviceBuffer;
}

/** Copies buffers to the host through one staging buffer that is kept: one map (one round trip) for up to 4 MiB. */
export function createReadBack(device: GPUDevice) {
  let staging: GPUBuffer | undefined;
  const inTurn = takeTurns(); // the staging buffer is shared

  const stagingOf = (bytes: number): GPUBuffer => {
    if (!staging || staging.size < bytes) {
      staging?.destroy();
      staging = device.createBuffer({
        label: "read-back",
        size: stagingBytes(bytes),
        usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
      });
    }
    return staging;
  };

  const readNow = async (buffers: readonly Read[]): Promise<TypedData[]> => {
    const outputs = buffers.map(({ info }) => new Uint8Array(info.length * 4));
    for (const pieces of batches(outputs)) {
      const bytes = pieces.reduce((sum, piece) => sum + piece.bytes, 0);
      const target = stagingOf(bytes);
      const encoder = device.createCommandEncoder();
      let at = 0;
      for (const { index, offset, bytes } of pieces) {
        encoder.copyBufferToBuffer(buffers[index].buffer, offset, target, at, bytes);
        at += bytes;
      }
      device.queue.submit([encoder.finish()]);
      await target.mapAsync(GPUMapMode.READ, 0, at);
      const mapped = new Uint8Array(target.getMappedRange(0, at));
      at = 0;
      for (const { index, offset, bytes } of pieces) {
        outputs[index].set(mapped.subarray(at, at + bytes), offset);
        at += bytes;
      }
      target.unmap();
    }
    return outputs.map((output, i) =>
      buffers[i].info.type === "f32" ? new Float32Array(output.buffer) : new Uint32Array(output.buffer),
    );
  };

  return { read: (buffers: readonly Read[]) => inTurn(() => readNow(buffers)), destroy: () => staging?.destroy() };
}

interface Piece {
  readonly index: number;
  readonly offset: number;
  readonly bytes: number;
}

/** Cuts outputs into pieces that fill the staging buffer one batch at a time. */
function batches(outputs: readonly Uint8Array[]): Piece[][] {
  const result: Piece[][] = [];
  let room = 0;
  outputs.forEach((output, index) => {
    for (let offset = 0; offset < output.length; ) {
      if (room === 0) {
        result.push([]);
        room = STAGING_BYTES;
      }
      const bytes = Math.min(room, output.length - offset);
      result[result.length - 1].push({ index, offset, bytes });
      offset += bytes;
      room -= bytes;
    }
  });
  return result;
}
