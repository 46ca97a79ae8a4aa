/** Constants of a kernel that decide how work is dealt to invocations, not what is computed. */
export type Variant = Readonly<Record<string, number>>;

/** What the choice of a variant may depend on. */
export interface ProductShape {
  /** W is [rows, cols] (of a row block) with nnz connections; rows x cols when dense. */
  readonly rows: number;
  readonly cols: number;
  readonly nnz: number;
  /** Of the batch: ceil(batch / 4). */
  readonly quads: number;
  /** The adapter is a program on the CPU, see `DeviceInfo`. */
  readonly software: boolean;
}
