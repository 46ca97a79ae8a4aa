import { CoppiceError, check } from "../../../util/check.js";
import { tellCall } from "./calls.js";

/** What is used of h5wasm: its functions around the HDF5 library, which lies with all that it allocates in one memory. */
export interface Library {
  readonly FS: {
    writeFile(path: string, bytes: Uint8Array, options: { canOwn: boolean }): void;
    unlink(path: string): void;
    getStream(descriptor: number): { tty: { ops: object } };
  };
  /** The memory; another one after it has grown. */
  readonly HEAPU8: Uint8Array;
  readonly H5F_ACC_RDONLY: number;
  _malloc(bytes: number): number;
  _free(at: number): void;
  open(path: string, mode: number, trackOrder: boolean, low: number, high: number): bigint;
  close_file(file: bigint): number;
  get_type(file: bigint, path: string): number;
  get_names(file: bigint, path: string, recursive: boolean): string[];
  get_external_link(file: bigint, path: string): { filename?: string };
  get_attribute_names(file: bigint, path: string): string[];
  get_attribute_metadata(file: bigint, path: string, name: string): Metadata;
  get_attribute_data(file: bigint, path: string, name: string, at: bigint): number;
  get_dataset_metadata(file: bigint, path: string): Metadata;
  get_dataset_filters(file: bigint, path: string): { id: number; name: string }[];
  get_dataset_data(file: bigint, path: string, count: bigint[], offset: bigint[], stride: bigint[], at: bigint): number;
  reclaim_vlen_memory(file: bigint, path: string, name: string, at: bigint): number;
  reclaim_vlen_memory_count(file: bigint, path: string, name: string, at: bigint, count: bigint[]): number;
  get_referenced_name(file: bigint, reference: Uint8Array, isObject: boolean): string | null;
}

/** What a file says of a dataset or an attribute. */
export interface Metadata {
  /** HDF5's class of types, by number. */
  readonly type: number;
  readonly size: number;
  readonly signed: boolean;
  /** Whether it is of texts that each have a length of their own. */
  readonly vlen: boolean;
  /** Of texts: 1 for UTF-8. */
  readonly cset?: number;
  /** Of texts of fixed length: 2 where spaces pad them. */
  readonly strpad?: number;
  readonly ref_type?: string;
  readonly enum_type?: { readonly type: number; readonly members?: Readonly<Record<string, number>> };
  readonly shape: readonly number[] | null;
  readonly chunks?: readonly number[] | null;
  readonly virtual_sources?: readonly unknown[];
}

/** Calls of the library for one file, by `run`. */
export type Run = <T>(what: string, call: (library: Library) => T) => T;

const PAGE = 2 ** 16;
let loaded: { readonly library: Library; readonly said: number[]; broken: boolean } | undefined;

/** The library, once it was asked for. Throws, saying how to install it, where it is not there, and after a file that broke it. */
async function load(where: string) {
  if (loaded) {
    check(!loaded.broken, where, () => "an earlier file broke the HDF5 library (h5wasm); start anew to read another");
    return loaded;
  }
  let ready: Promise<unknown>;
  try {
    ({ ready } = await import("h5wasm")); // in a try: bundlers take it for optional
  } catch (error) {
    const why = (error as Error).message;
    const absent = /cannot find|could not resolve|failed to (load|resolve)/i.test(why);
    throw new CoppiceError(
      `${where}: is HDF5, which package h5wasm reads: npm install h5wasm${absent ? "" : ` (it could not be loaded: ${why})`}`,
    );
  }
  const library = (await ready) as Library;
  const said: number[] = [];
  // what the HDF5 library says of errors: it returns a number, and h5wasm what was in memory before
  library.FS.getStream(2).tty.ops = { put_char: (_: object, byte: number) => void said.push(byte), fsync() {} };
  loaded = { library, said, broken: false };
  return loaded;
}

/**
 * The HDF5 library for a file that is called `where` in messages. `run` makes a call of it: the library may take no more than `maxBytes` meanwhile, and
 * whatever it says of an error is thrown, with `what` was asked for.
 */
export async function openLibrary(where: string, maxBytes: number): Promise<Run> {
  const state = await load(where);
  const { library, said } = state;
  const most = Math.max(maxBytes, library.HEAPU8.length);
  return (what, call) => {
    said.length = 0;
    const { grow } = WebAssembly.Memory.prototype;
    let refused = false;
    WebAssembly.Memory.prototype.grow = function (pages) {
      refused ||= this.buffer.byteLength + pages * PAGE > most;
      if (refused) throw new RangeError("above the limit");
      return grow.call(this, pages);
    };
    const limit = () =>
      refused ? `it takes more than the limit of ${maxBytes} bytes; raise it with option maxBytes (--max-bytes)` : undefined;
    tellCall(`${where}: ${what}`);
    try {
      const result = call(library);
      check(said.length === 0, where, () => `${what} cannot be read: ${limit() ?? reasonIn(said)}`);
      return result;
    } catch (error) {
      if (error instanceof CoppiceError) throw error;
      state.broken ||= error instanceof WebAssembly.RuntimeError;
      throw new CoppiceError(`${where}: ${what} cannot be read: ${limit() ?? (reasonIn(said) || (error as Error).message)}`);
    } finally {
      tellCall(null);
      WebAssembly.Memory.prototype.grow = grow;
    }
  };
}

/** The innermost reason in what the HDF5 library said: the last line of its stack that is not about plug-ins. */
function reasonIn(said: readonly number[]): string {
  const lines = new TextDecoder().decode(Uint8Array.from(said)).split("\n");
  const reasons = lines.flatMap((line) => (/ in H5PL/.test(line) ? [] : (/^ +#\d+: .*\(\): (.*)/.exec(line)?.[1] ?? [])));
  return reasons.at(-1)?.slice(0, 200) ?? lines[0].slice(0, 200);
}
