/** The WebGPU device of this process, which the tests of pieces share as all others do: a shader is compiled once. */
export { sharedGpu } from "../one-gpu.js";
