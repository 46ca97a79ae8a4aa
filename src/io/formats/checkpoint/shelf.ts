import { check } from "../../../util/check.js";
import type { FloatArray } from "../../../util/types.js";
import type { Tensor, TensorData } from "./safetensors.js";

/** The tensors of a file, taken one by one; what is left over at the end is a mistake. */
export type Shelf = ReturnType<typeof createShelf>;

/** Puts a file's tensors on a shelf. What is taken throws, with the tensor's name, unless it has the shape and type that are asked for. */
export function createShelf(tensors: ReadonlyMap<string, Tensor>, file: string) {
  const left = new Set(tensors.keys());
  const placeOf = (name: string) => `${file}: tensor ${name}`;
  const take = (name: string, shape?: readonly number[]): TensorData => {
    const tensor = tensors.get(name);
    check(tensor !== undefined, placeOf(name), () => "is missing");
    const fits = shape ? String(tensor.shape) === String(shape) : tensor.shape.length === 1;
    check(fits, placeOf(name), () => `has shape [${tensor.shape}], expected ${shape ? `[${shape}]` : "one dimension"}`);
    left.delete(name);
    return tensor.data;
  };
  return {
    /** How messages begin that concern a tensor. */
    placeOf,
    has: (name: string) => tensors.has(name),
    /** Elements of a tensor's first dimension; undefined where there is no such tensor. */
    rows: (name: string): number | undefined => tensors.get(name)?.shape[0],
    floats(name: string, shape?: readonly number[]): Float32Array {
      const data = take(name, shape);
      check(data instanceof Float32Array, placeOf(name), () => "is not of F32");
      return data;
    },
    bytes(name: string): Uint8Array {
      const data = take(name);
      check(data instanceof Uint8Array, placeOf(name), () => "is not of U8");
      return data;
    },
    statistics(name: string, features: number): FloatArray {
      const data = take(name, [features]);
      const fits = data instanceof Float64Array || data instanceof Float32Array;
      check(fits, placeOf(name), () => "is not of F64 or F32");
      return data;
    },
    /** Negative numbers come out above 2^31, where no valid index is. */
    indices(name: string, shape?: readonly number[]): Uint32Array {
      const data = take(name, shape);
      check(data instanceof Int32Array, placeOf(name), () => "is not of I32");
      return new Uint32Array(data.buffer);
    },
    /** The arrays of an optimiser beside a tensor: the first of them, or none. */
    state(name: string, shape: readonly number[], names: readonly string[]): Float32Array[] {
      const kept = names.filter((each) => tensors.has(`${name}.${each}`));
      const [first] = names;
      check(kept.length === 0 || kept[0] === first, placeOf(`${name}.${first}`), () => `is missing beside its ${kept[0]}`);
      return kept.map((each) => this.floats(`${name}.${each}`, shape));
    },
    checkEmpty(): void {
      for (const name of left) check(false, placeOf(name), () => "does not belong to a model of these sizes");
    },
  };
}
