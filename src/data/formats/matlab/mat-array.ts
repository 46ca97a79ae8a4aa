import type { FloatArray } from "../../../util/types.js";
import type { Triplets } from "../triplets.js";

/** What a variable holds: numbers (row-major), texts, or a sparse matrix. */
export type MatArray =
  | { readonly kind: "numbers"; readonly data: FloatArray }
  | { readonly kind: "texts"; readonly data: readonly string[] }
  | { readonly kind: "sparse"; readonly data: Triplets };

/** A variable of a file, whose content was not read yet. */
export interface Variable {
  readonly name: string;
  /** MATLAB's name of its class: "double", "cell". */
  readonly kind: string;
  readonly complex: boolean;
  readonly dims: readonly number[];
  /** Its content; numbers as f64 where `wide`, else in f32 if this holds every number of the stored type. */
  read(wide: boolean, maxBytes: number): Promise<MatArray>;
  /** The fields of a struct of one element; none of another variable. */
  fields(maxBytes: number): Promise<Variable[]>;
}

/** Whether a class is one of plain numbers. */
export function isNumeric(kind: string): boolean {
  return /^(double|single|u?int(8|16|32|64))$/.test(kind);
}

/** A row of a char matrix without the spaces, or zeros in Octave, that pad it. */
export function unpadded(text: string): string {
  return text.replace(/[\s\0]+$/, "");
}
