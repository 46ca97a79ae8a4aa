import text from "../../../shaders/parts/lanes.wgsl?raw";

/** Sums over invocations that share a row. */
export const lanes = { wgsl: text, constants: { WG: 64, LANES: 16 } } as const;
