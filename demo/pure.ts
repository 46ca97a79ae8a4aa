/** Modules of @stdlib define functions and do nothing else, which their manifests do not say: they are left out where nothing of them is used. */
export const PURE = { moduleSideEffects: [{ test: /@stdlib/, sideEffects: false }] };
