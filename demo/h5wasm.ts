import { ready } from "h5wasm";

/** The HDF5 library as a script of its own, which workers load when a file of HDF5 is opened: worker/h5wasm.ts takes it from here. */
Object.assign(globalThis, { h5wasm: ready });
