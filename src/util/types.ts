/** A float array: Float32Array on real devices, Float64Array where the CPU twins serve as the oracle. */
export type FloatArray = Float32Array | Float64Array;

/** Bytes in memory of their own, which no other thread shares: before TypeScript 5.7 a type of arrays does not say so. */
export type OwnBytes = ReturnType<Uint8Array["slice"]>;
