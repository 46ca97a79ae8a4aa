import type { NetworkView, WebgpuDevice } from "../../../src/api/index.js";

/** The weights in some slots (increasing, at least one) of a layer: submitted before this returns, so the view need not stay valid. */
export async function readWeights(
  { gpuDevice: gpu, gpuBuffer }: WebgpuDevice,
  pipeline: GPUComputePipeline,
  view: NetworkView,
  l: number,
  slots: readonly number[],
): Promise<Float32Array> {
  const bytes = 4 * slots.length;
  const make = (size: number, usage: number) => gpu.createBuffer({ label: "drawing pick", size, usage });
  const { STORAGE, UNIFORM, COPY_DST, COPY_SRC, MAP_READ } = GPUBufferUsage;
  const chosen = make(bytes, STORAGE | COPY_DST);
  const weights = make(bytes, STORAGE | COPY_SRC);
  const staging = make(bytes, COPY_DST | MAP_READ);
  const made = [chosen, weights, staging];
  gpu.queue.writeBuffer(chosen, 0, new Uint32Array(slots));
  const encoder = gpu.createCommandEncoder({ label: "drawing pick" });
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  for (const block of view.layers[l].blocks) {
    const first = slots.findIndex((slot) => slot >= block.slotStart);
    const count = slots.filter((slot) => slot >= block.slotStart && slot < block.slotStart + block.slots).length;
    if (count === 0) continue;
    const params = make(16, UNIFORM | COPY_DST);
    made.push(params);
    gpu.queue.writeBuffer(params, 0, new Uint32Array([first, count, block.slotStart, 0]));
    const entries = [params, chosen, gpuBuffer(block.values), weights].map((buffer, binding) => ({
      binding,
      resource: { buffer },
    }));
    pass.setBindGroup(0, gpu.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
    pass.dispatchWorkgroups(Math.ceil(count / 64));
  }
  pass.end();
  encoder.copyBufferToBuffer(weights, 0, staging, 0, bytes);
  gpu.queue.submit([encoder.finish()]);
  try {
    await staging.mapAsync(GPUMapMode.READ);
    return new Float32Array(staging.getMappedRange().slice(0));
  } finally {
    for (const buffer of made) buffer.destroy();
  }
}
