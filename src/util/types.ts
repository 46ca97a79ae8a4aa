/** A float array: Float32Array on real devices, Float64Array where the CPU twins serve as the oracle. */
export type FloatArray = Float32Array | Float64Array;
