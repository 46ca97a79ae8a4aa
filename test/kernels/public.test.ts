import { describe, expect, test } from "vitest";
import { createWebgpuDevice } from "../../src/device/webgpu/device.js";
import {
  type CooMatrix,
  type CsrMatrix,
  prepareSddmm,
  prepareSpmm,
  prepareSpmmT,
  sddmm,
  spmm,
  spmmT,
} from "../../src/kernels/public.js";
import { toCoo } from "../../src/sparse/topology.js";
import { random } from "../../src/util/random.js";
import { devices, expectEqual, integers } from "./harness.js";
import { randomTopology } from "./problems.js";

const all = await devices();

const ROWS = 21;
const COLS = 34;
const rng = random(11, "public kernels");
const topology = randomTopology(rng, ROWS, COLS, 0.3, { rows: [4], cols: [0] });
const csr: CsrMatrix = { ...topology, values: integers(rng, topology.nnz) };

/** The same matrix as a shuffled list. */
const place = Uint32Array.from({ length: topology.nnz }, (_, k) => k);
rng.shuffle(place);
const cells = toCoo(topology);
const coo: CooMatrix = {
  rows: ROWS,
  cols: COLS,
  rowIdx: place.map((k) => cells.rowIdx[k]),
  colIdx: place.map((k) => cells.colIdx[k]),
  values: Float32Array.from(place, (k) => csr.values[k]),
};

/** The dense matrix, row-major. */
const dense = new Float64Array(ROWS * COLS);
cells.rowIdx.forEach((r, k) => {
  dense[r * COLS + cells.colIdx[k]] = csr.values[k];
});

/** Sum over k < n of a(i, k) b(k, j) for the elements (i, j) of [rows, cols]. */
function product(
  rows: number,
  cols: number,
  n: number,
  a: (i: number, k: number) => number,
  b: (k: number, j: number) => number,
): Float64Array {
  const result = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) for (let k = 0; k < n; k++) result[i * cols + j] += a(i, k) * b(k, j);
  }
  return result;
}

function problem(batch: number) {
  const [x, dy] = [integers(rng, COLS * batch), integers(rng, ROWS * batch)];
  const y = product(
    ROWS,
    batch,
    COLS,
    (r, c) => dense[r * COLS + c],
    (c, b) => x[c * batch + b],
  );
  const dx = product(
    COLS,
    batch,
    ROWS,
    (c, r) => dense[r * COLS + c],
    (r, b) => dy[r * batch + b],
  );
  const full = product(
    ROWS,
    COLS,
    batch,
    (r, b) => dy[r * batch + b],
    (b, c) => x[c * batch + b],
  );
  const dw = Float64Array.from(cells.rowIdx, (r, k) => full[r * COLS + cells.colIdx[k]]);
  return { batch, x, dy, y, dx, dw };
}

describe.each(all)("on $name", ({ device }) => {
  test("a buffer takes what lies in shared memory", async () => {
    const shared = new Uint32Array(new SharedArrayBuffer(16));
    shared.set([1, 2, 3, 4]);
    const buffer = device.createBuffer("shared", "u32", shared);
    device.write(buffer, shared.subarray(0, 2), 2);
    expect(Array.from((await device.read([buffer]))[0])).toEqual([1, 2, 1, 2]);
    device.destroyBuffers([buffer]);
  });

  test.each([1, 3, 4, 30])("products with a CSR matrix and batch %d are those of the dense matrix", async (batch) => {
    const { x, dy, y, dx, dw } = problem(batch);
    expectEqual(await spmm(device, csr, x, batch), y, "y");
    expectEqual(await spmmT(device, csr, dy, batch), dx, "dx");
    expectEqual(await sddmm(device, csr, dy, x, batch), dw, "dw");
  });

  test("a COO matrix in any order gives the same, the sampled products in the order of its list", async () => {
    const { batch, x, dy, y, dx, dw } = problem(6);
    expectEqual(await spmm(device, coo, x, batch), y, "y");
    expectEqual(await spmmT(device, coo, dy, batch), dx, "dx");
    expectEqual(
      await sddmm(device, coo, dy, x, batch),
      Float64Array.from(place, (k) => dw[k]),
      "dw",
    );
  });

  test("what is prepared serves many calls, also at once, and fails without harm", async () => {
    const problems = [problem(5), problem(5), problem(5)];
    const products = [await prepareSpmm(device, csr, 5), await prepareSpmmT(device, csr, 5)] as const;
    const sampled = await prepareSddmm(device, csr, 5);
    await Promise.all(
      problems.map(async ({ x, dy, y, dx, dw }) => {
        expectEqual(await products[0].compute(x), y, "y");
        expectEqual(await products[1].compute(dy), dx, "dx");
        await expect(products[0].compute(dy)).rejects.toThrow("spmm: an operand has 105 elements; expected [34, 5], that is 170");
        expectEqual(await sampled.compute(dy, x), dw, "dw");
      }),
    );
    for (const prepared of [...products, sampled]) prepared.dispose();
  });

  test("operands in buffers stay where they are, and results are written to buffers", async () => {
    const { batch, x, dy, y, dx, dw } = problem(8);
    const buffer = (data: Float32Array | number) => device.createBuffer("mine", "f32", data);
    const mine = {
      x: buffer(x),
      dy: buffer(dy),
      y: buffer(ROWS * batch),
      dx: buffer(COLS * batch),
      dw: buffer(csr.values.length),
    };
    const prepared = [
      await prepareSpmm(device, csr, batch, { x: mine.x, y: mine.y }),
      await prepareSpmmT(device, csr, batch, { dy: mine.dy, dx: mine.dx }),
      await prepareSddmm(device, csr, batch, { dy: mine.dy, x: mine.x, dw: mine.dw }),
    ];
    for (const { run } of prepared) await run();
    for (const { dispose } of prepared) dispose();
    const results = await device.read([mine.y, mine.dx, mine.dw]);
    expectEqual(results[0], y, "y");
    expectEqual(results[1], dx, "dx");
    expectEqual(results[2], dw, "dw");
    device.destroyBuffers(Object.values(mine));
  });

  test("a matrix without entries gives zeros, and no products", async () => {
    const none = { rows: 2, cols: 3, rowPtr: new Uint32Array(3), colIdx: new Uint32Array(0), values: new Float32Array(0) };
    expectEqual(await spmm(device, none, new Float32Array(3).fill(1), 1), [0, 0], "y");
    expectEqual(await spmmT(device, none, new Float32Array(2).fill(1), 1), [0, 0, 0], "dx");
    expectEqual(await sddmm(device, none, new Float32Array(2), new Float32Array(3), 1), [], "dw");
  });

  test("malformed matrices and operands are refused with what is wrong", async () => {
    const x = new Float32Array(COLS);
    const refused = async (work: Promise<unknown>, message: string) => expect(work).rejects.toThrow(message);
    await refused(spmm(device, csr, x, 0), "spmm: batch: 0 is not an integer of at least 1");
    await refused(spmm(device, csr, x, 2), "spmm: an operand has 34 elements; expected [34, 2], that is 68");
    await refused(spmm(device, { ...csr, values: new Float32Array(3) }, x, 1), "spmm: the matrix has 3 values but");
    await refused(spmmT(device, { ...csr, cols: 5 }, x, 1), "spmmT: matrix: slot");
    const twice = { rows: 2, cols: 2, rowIdx: Uint32Array.of(1, 1), colIdx: Uint32Array.of(0, 0), values: Float32Array.of(1, 2) };
    await refused(spmm(device, twice, new Float32Array(2), 1), "cells: cell (1, 0) is listed twice");
    const y = device.createBuffer("y", "f32", 8);
    await refused(prepareSpmm(device, csr, 4, { y }), "spmm: y is a buffer of 8 f32; expected at least 84 f32");
    await refused(prepareSpmm(device, csr, 3, { y }), "spmm: y is a buffer and the batch 3");
    await refused(prepareSddmm(device, coo, 4, { dw: y }), "pass the matrix as CSR");
    device.destroyBuffers([y]);
  });
});

test("the kernels run on a user's own GPUDevice and GPUBuffers, which they leave alive", async () => {
  const owner = await createWebgpuDevice(); // stands for a program that has opened a device of its own
  const { gpuDevice } = owner;
  const { batch, x, y } = problem(12);
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
  const gpuX = gpuDevice.createBuffer({ size: x.byteLength, usage });
  const gpuY = gpuDevice.createBuffer({ size: 4 * ROWS * batch, usage });
  gpuDevice.queue.writeBuffer(gpuX, 0, x as Float32Array<ArrayBuffer>);

  const device = await createWebgpuDevice({ gpuDevice });
  const product = await prepareSpmm(device, csr, batch, { x: device.wrap(gpuX, "f32"), y: device.wrap(gpuY, "f32") });
  await product.run();
  product.dispose();
  await device.dispose();

  const staging = gpuDevice.createBuffer({ size: gpuY.size, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
  const encoder = gpuDevice.createCommandEncoder();
  encoder.copyBufferToBuffer(gpuY, 0, staging, 0, gpuY.size);
  gpuDevice.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  expectEqual(new Float32Array(staging.getMappedRange()), y, "y");
  staging.unmap();
  await owner.dispose();
});

test("nothing of a product is left on the device, whether it was made or refused", async () => {
  const { gpuDevice } = await createWebgpuDevice();
  const alive = new Map<GPUBuffer, string>();
  const createBuffer = gpuDevice.createBuffer.bind(gpuDevice);
  gpuDevice.createBuffer = (descriptor) => {
    const buffer = createBuffer(descriptor);
    const destroy = buffer.destroy.bind(buffer);
    alive.set(buffer, descriptor.label ?? "");
    buffer.destroy = () => {
      alive.delete(buffer);
      destroy();
    };
    return buffer;
  };
  const device = await createWebgpuDevice({ gpuDevice });
  const { batch, x } = problem(3);
  await spmm(device, csr, x, batch);
  const kept = alive.size; // read-back and placeholders, which the device keeps
  await spmm(device, csr, x, batch);
  await expect(spmm(device, csr, x, batch + 1)).rejects.toThrow("an operand has");
  await expect(prepareSpmm(device, csr, 4, { y: device.createBuffer("y", "u32", 84) })).rejects.toThrow("84 u32");
  expect([...alive.values()].filter((label) => label.startsWith("spmm"))).toEqual([]);
  expect(alive.size).toBe(kept + 1); // the last y is the caller's
  await device.dispose();
  gpuDevice.destroy();
});
