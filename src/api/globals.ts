/**
 * Names of the platform that the declarations have: where neither DOM nor @types/node tells what they are, they are objects of which nothing
 * is known. WebGPU is in DOM from TypeScript 6 on; before, @webgpu/types has it.
 */
declare global {
  interface AbortSignal {}
  interface Blob {}
  interface File {}
  interface GPUDevice {}
  interface GPUBuffer {}
}

export {};
