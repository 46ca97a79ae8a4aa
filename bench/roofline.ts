import type { Device } from "../src/device/device.js";
import { type Dispatch, defineKernel } from "../src/device/kernel.js";
import { CoppiceError } from "../src/util/check.js";
import type { Roofline } from "./record.js";
import { type Patience, sampleRecording } from "./sample.js";

const INDEX = /* wgsl */ `
@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let i = (id.y * groups.x + id.x) * 256u + local;`;

/** to[i] = from[i] for `length` words, a multiple of 4: a vec4 an invocation. */
export const copyWords = defineKernel({
  name: "copy-words",
  wgsl: /* wgsl */ `
struct Params { length: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> source: array<vec4<u32>>;
@group(0) @binding(2) var<storage, read_write> copied: array<vec4<u32>>;
${INDEX}
  if (i < params.length / 4u) { copied[i] = source[i]; }
}`,
  params: { length: "u32" },
  bindings: { source: "read u32", copied: "readWrite u32" },
  constants: {},
  workgroups: ({ length }) => Math.ceil(length / 1024),
  twin({ length }, { source, copied }) {
    copied.set(source.subarray(0, length));
  },
});

/** Independent chains of multiply-adds an invocation has under way (of vec4): enough to hide their latency. */
const CHAINS = 8;
const chains = (line: (chain: number) => string) => Array.from({ length: CHAINS }, (_, chain) => line(chain)).join("\n");

/** out[i] = the end of CHAINS x 4 chains of `turns` multiply-adds each, all in registers. */
const multiplyAdd = defineKernel({
  name: "multiply-add",
  wgsl: /* wgsl */ `
struct Params { invocations: u32, turns: u32, factor: f32, term: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> results: array<f32>;
${INDEX}
  if (i >= params.invocations) { return; }
  let factor = vec4<f32>(params.factor);
  let term = vec4<f32>(params.term);
  ${chains((c) => `var a${c} = vec4<f32>(f32(i & 255u) * ${c + 1}.0);`)}
  for (var turn = 0u; turn < params.turns; turn++) {
    ${chains((c) => `a${c} = a${c} * factor + term;`)}
  }
  let sum = ${Array.from({ length: CHAINS }, (_, c) => `a${c}`).join(" + ")};
  results[i] = sum.x + sum.y + sum.z + sum.w;
}`,
  params: { invocations: "u32", turns: "u32", factor: "f32", term: "f32" },
  bindings: { results: "write f32" },
  constants: {},
  workgroups: ({ invocations }) => Math.ceil(invocations / 256),
  twin({ invocations, turns, factor, term }, { results }) {
    for (let i = 0; i < invocations; i++) {
      results[i] = 0;
      for (let c = 0; c < CHAINS; c++) {
        let a = (i & 255) * (c + 1);
        for (let turn = 0; turn < turns; turn++) a = a * factor + term;
        results[i] += 4 * a;
      }
    }
  },
});

/** Sizes of the two measurements: on a GPU the copy exceeds every cache; a program on the CPU needs less to show its pace. */
const SIZES = {
  gpu: { copyBytes: 128 * 2 ** 20, invocations: 2 ** 18, turns: 256 },
  software: { copyBytes: 32 * 2 ** 20, invocations: 2 ** 14, turns: 64 },
} as const;
/** Where one dispatch takes too long, a part of it is measured, and again a part of that, so often. */
const [PART, ATTEMPTS] = [4, 4];

/** Measures the adapter's copy bandwidth and multiply-add rate: what the kernels' figures are percentages of. By the fastest round. */
export async function measureRoofline(device: Device, patience: Patience): Promise<Roofline> {
  const { copyBytes, invocations, turns } = SIZES[device.info.software || device.info.kind === "cpu" ? "software" : "gpu"];
  const words = 4 * Math.floor(Math.min(copyBytes, device.limits.bindingBytes) / 16);
  const buffers = [
    device.createBuffer("roofline.source", "u32", words),
    device.createBuffer("roofline.copied", "u32", words),
    device.createBuffer("roofline.results", "f32", invocations),
  ];
  const [source, copied, results] = buffers;
  const copy = await peak(device, patience, words, (length) => copyWords.on({ params: { length }, buffers: { source, copied } }));
  const fma = await peak(device, patience, invocations, (count) =>
    multiplyAdd.on({ params: { invocations: count, turns, factor: 0.999, term: 0.5 }, buffers: { results } }),
  );
  device.destroyBuffers(buffers);
  return { copyGbps: (8 * copy.perMs) / 1e6, fmaGflops: (8 * CHAINS * turns * fma.perMs) / 1e6, clock: copy.clock };
}

/** Items that a kernel gets through in a ms, by its fastest round; of `items`, or of a part of them where that takes too long. */
async function peak(device: Device, patience: Patience, items: number, dispatchOf: (items: number) => Dispatch) {
  let count = items;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++, count = 4 * Math.ceil(count / PART / 4)) {
    const recording = await device.record([dispatchOf(count)]);
    const sampled = await sampleRecording(device, recording, patience);
    device.release(recording);
    if (!("tooLongMs" in sampled)) return { perMs: count / sampled.ms.min, clock: sampled.clock };
  }
  throw new CoppiceError(
    `roofline: ${PART * count} items take more than a submit may; the adapter is too slow to measure`,
    "failure",
  );
}
