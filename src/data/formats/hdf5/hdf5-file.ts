import { check } from "../../../util/check.js";
import { excerpt } from "../../../util/shown.js";
import { list } from "../../names.js";
import { latin } from "../table/cells.js";
import { checkHeaps } from "./heaps.js";
import { type Library, type Metadata, openLibrary, type Run } from "./library.js";

/** What is known of a dataset or an attribute before its content is read. */
export interface Extent {
  readonly path: string;
  readonly shape: readonly number[];
  /** What its elements are: numbers by numpy's names (f8, i4), "bool", "text" (names of an enumeration, too), "reference", "nothing" (a null space), or in words what is not read. */
  readonly type: string;
  /** Elements along its first side that are read at once. */
  readonly step: number;
  readonly metadata: Metadata;
}

type Numbers =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;
/** Numbers as they are stored, or texts; of references the paths that they lead to. */
export type Elements = Numbers | string[];

/** A file that is open. Paths start at its root; a link out of the file is refused. */
export interface Hdf5File {
  readonly where: string;
  readonly maxBytes: number;
  kindOf(path: string): "group" | "dataset" | undefined;
  /** What lies in a group, in the order of names or in that of their making. */
  names(path: string): string[];
  /** An attribute as text or numbers; undefined where there is none. */
  attribute(path: string, name: string): Elements | undefined;
  extent(path: string): Extent;
  /** Some of a dataset's elements: `count` along its first side from `start` on, and all along the others. */
  read(extent: Extent, start: number, count: number): Elements;
  close(): void;
}

/** HDF5's numbers of the kinds of types. */
const [INTEGER, FLOAT, TEXT, REFERENCE, ENUM] = [0, 1, 3, 7, 8];
const OTHER: Readonly<Record<number, string>> = {
  2: "times",
  4: "bit fields",
  5: "opaque bytes",
  6: "records (a compound type)",
  9: "lists",
  10: "arrays",
  11: "complex numbers",
};
/** Filters that the library has, by their numbers. */
const FILTERS = new Set([1, 2, 3, 5, 6]);
/** Others by name. */
const OTHER_FILTERS: Readonly<Record<number, string>> = {
  4: "szip",
  307: "bzip2",
  32000: "lzf",
  32001: "blosc",
  32004: "lz4",
  32008: "bitshuffle",
  32015: "zstd",
  32026: "blosc2",
};
/** Bytes that are read at once, where chunks are not larger. */
const PIECE = 2 ** 23;
const MOST_SIDES = 32;

/** Opens a file that lies in memory. Throws unless it is one of HDF5 whose first blocks can be read. */
export async function openHdf5(bytes: Uint8Array, where: string, maxBytes: number): Promise<Hdf5File> {
  checkHeaps(bytes, where);
  const run = await openLibrary(where, maxBytes);
  const name = `/file-${crypto.randomUUID()}`;
  const file = run("the file", (library) => {
    library.FS.writeFile(name, bytes, { canOwn: true });
    return library.open(name, library.H5F_ACC_RDONLY, false, -1, -1);
  });
  const listed = new Map<string, ReadonlySet<string>>();
  const namesIn = (group: string) => {
    const known = listed.get(group) ?? new Set(run(group, (library) => library.get_names(file, group, false)));
    listed.set(group, known);
    return known;
  };
  const kindOf = (path: string) => kindAt(run, file, where, path, namesIn);
  return {
    where,
    maxBytes,
    kindOf,
    names: (path) => [...namesIn(path)],
    attribute: (path, attribute) => readAttribute(run, file, path, attribute, maxBytes),
    extent: (path) => extentOf(run, file, where, path, kindOf(path)),
    read(extent, start, count) {
      if (start === 0) checkReadable(run, file, where, extent);
      return readPart(run, file, extent, start, count);
    },
    close: () =>
      run("the file", (library) => {
        library.close_file(file);
        library.FS.unlink(name);
      }),
  };
}

/** Walks a path step by step: a link out of the file is refused before anything follows it. */
function kindAt(
  run: Run,
  file: bigint,
  where: string,
  path: string,
  namesIn: (group: string) => ReadonlySet<string>,
): "group" | "dataset" | undefined {
  const steps = path.split("/").filter((step) => step !== "");
  let [kind, at] = [0, ""];
  for (const step of steps) {
    if (kind !== 0) return undefined;
    const group = at || "/";
    at = `${at}/${step}`;
    if (!namesIn(group).has(step)) return undefined;
    const { filename } = run(at, (library) => library.get_external_link(file, at));
    check(filename === undefined, where, () => {
      return `${at} is a link to another file ("${filename?.slice(0, 40)}"), which is not followed; write one file with what it leads to`;
    });
    kind = run(at, (library) => library.get_type(file, at));
  }
  return kind === 0 ? "group" : kind === 1 ? "dataset" : undefined;
}

function typeOf({ type, size, signed, enum_type, ref_type }: Metadata): string {
  if (type === TEXT) return "text";
  if (type === REFERENCE) return ref_type === "object" ? "reference" : "references to regions";
  if (type === ENUM && enum_type?.type === INTEGER && size === 1) return codeNames(enum_type) ? "text" : "bool";
  if (type === INTEGER && [1, 2, 4, 8].includes(size)) return `${signed ? "i" : "u"}${size}`;
  if (type === FLOAT && (size === 4 || size === 8)) return `f${size}`;
  if (type === FLOAT || type === INTEGER) return `${type === FLOAT ? "floats" : "integers"} of ${8 * size} bits`;
  return OTHER[type] ?? (type === ENUM ? "an enumeration" : `of type ${type}`);
}

/** The names of an enumeration by their bytes; undefined where they are FALSE and TRUE, as h5py writes booleans. */
function codeNames({ members = {} }: NonNullable<Metadata["enum_type"]>): ReadonlyMap<number, string> | undefined {
  const codes = Object.entries(members);
  if (codes.length === 2 && members.FALSE === 0 && members.TRUE === 1) return undefined;
  return new Map(codes.map(([name, code]) => [code & 0xff, name]));
}

function extentOf(run: Run, file: bigint, where: string, path: string, kind: string | undefined): Extent {
  check(kind === "dataset", where, () => `${path} is ${kind === undefined ? "not there" : "a group"}; expected a dataset`);
  const metadata = run(path, (library) => library.get_dataset_metadata(file, path));
  const { shape, chunks, size } = metadata;
  if (shape === null) return { path, shape: [0], type: "nothing", step: 1, metadata };
  const plain = shape.length <= MOST_SIDES && shape.every((side) => Number.isSafeInteger(side) && side >= 0);
  check(plain, where, () => `${path} claims ${shape.join(" x ")} elements`);
  const row = shape.slice(1).reduce((product, side) => product * side, Math.max(1, size));
  const chunk = Math.max(1, chunks?.[0] ?? 1);
  return { path, shape, type: typeOf(metadata), step: chunk * Math.max(1, Math.floor(PIECE / (row * chunk))), metadata };
}

/** Throws where a dataset is packed by a filter that the library lacks, or lies in other files: it would hand out what was in memory before. */
function checkReadable(run: Run, file: bigint, where: string, { path, metadata }: Extent): void {
  check(!metadata.virtual_sources, where, () => `${path} is put together of other files (a virtual dataset), which is not read`);
  const other = run(path, (library) => library.get_dataset_filters(file, path)).filter(({ id }) => !FILTERS.has(id));
  check(other.length === 0, where, () => {
    const names = other.map(({ id, name }) => OTHER_FILTERS[id] ?? (name.slice(0, 40) || `filter ${id}`));
    return `${path} is packed with ${list(names)}, which is not read; write it with gzip, or unpacked`;
  });
}

function readPart(run: Run, file: bigint, extent: Extent, start: number, count: number): Elements {
  const { path, shape, metadata } = extent;
  const sides = shape.length === 0 ? [] : [count, ...shape.slice(1)];
  const elements = sides.reduce((product, side) => product * side, 1);
  if (elements === 0) return extent.type === "text" ? [] : new Uint8Array(0);
  const [counts, offsets, strides] = [sides, sides.map((_, d) => (d === 0 ? start : 0)), sides.map(() => 1)].map((numbers) =>
    numbers.map(BigInt),
  );
  return run(path, (library) =>
    take(library, file, metadata, elements, {
      fill: (at) => library.get_dataset_data(file, path, counts, offsets, strides, at),
      free: (at) => library.reclaim_vlen_memory_count(file, path, "", at, counts),
    }),
  );
}

/** Texts and numbers of attributes are few: those of more than 64 kB are left alone. */
const MOST_ATTRIBUTE = 2 ** 16;

function readAttribute(run: Run, file: bigint, path: string, name: string, maxBytes: number): Elements | undefined {
  return run(`attribute ${name} of ${path}`, (library) => {
    if (!library.get_attribute_names(file, path).includes(name)) return undefined;
    const metadata = library.get_attribute_metadata(file, path, name);
    const elements = metadata.shape?.reduce((product, side) => product * side, 1) ?? 0;
    const known = /^(text|bool|reference|[iu][1248]|f[48])$/.test(typeOf(metadata));
    if (!known || elements === 0 || elements * metadata.size > Math.min(MOST_ATTRIBUTE, maxBytes)) return undefined;
    return take(library, file, metadata, elements, {
      fill: (at) => library.get_attribute_data(file, path, name, at),
      free: (at) => library.reclaim_vlen_memory(file, path, name, at),
    });
  });
}

/** How elements come into memory, and what they hold there is given back. */
interface Source {
  fill(at: bigint): number;
  free(at: bigint): number;
}

/** Elements by way of the library's memory. */
function take(library: Library, file: bigint, metadata: Metadata, elements: number, { fill, free }: Source): Elements {
  const bytes = elements * metadata.size;
  const at = library._malloc(bytes);
  if (at === 0) throw new Error(`${elements} elements take ${bytes} bytes, more than there are`);
  try {
    library.HEAPU8.fill(0, at, at + bytes); // pointers, where reading fails
    const status = fill(BigInt(at));
    if (status < 0) throw new Error("the HDF5 library refuses it");
    try {
      return elementsOf(library, file, metadata, elements, library.HEAPU8.slice(at, at + bytes));
    } finally {
      if (metadata.vlen) free(BigInt(at));
    }
  } finally {
    library._free(at);
  }
}

const ARRAYS = {
  i1: Int8Array,
  u1: Uint8Array,
  i2: Int16Array,
  u2: Uint16Array,
  i4: Int32Array,
  u4: Uint32Array,
  i8: BigInt64Array,
  u8: BigUint64Array,
  f4: Float32Array,
  f8: Float64Array,
  bool: Uint8Array,
} as const;

function elementsOf(
  library: Library,
  file: bigint,
  metadata: Metadata,
  elements: number,
  bytes: Uint8Array<ArrayBuffer>,
): Elements {
  const type = typeOf(metadata);
  const names = type === "text" && metadata.enum_type && codeNames(metadata.enum_type);
  if (names)
    return Array.from(bytes, (code) => {
      const name = names.get(code);
      if (name === undefined) throw new Error(`code ${code} is none of its enumeration`);
      return name;
    });
  if (type in ARRAYS) return new ARRAYS[type as keyof typeof ARRAYS](bytes.buffer);
  const each = <T>(item: (at: number) => T) => Array.from({ length: elements }, (_, k) => item(k * metadata.size));
  if (type === "reference")
    return each((at) => library.get_referenced_name(file, bytes.subarray(at, at + metadata.size), true) ?? "");
  if (metadata.vlen) {
    const view = new DataView(bytes.buffer);
    return each((at) => {
      const text = view.getUint32(at, true);
      return text === 0 ? "" : decode(library.HEAPU8.subarray(text, library.HEAPU8.indexOf(0, text)));
    });
  }
  return each((at) => {
    const whole = bytes.subarray(at, at + metadata.size);
    const end = whole.indexOf(0);
    const text = decode(end < 0 ? whole : whole.subarray(0, end));
    return metadata.strpad === SPACES ? text.replace(/ +$/, "") : text;
  });
}

/** What H5T_STR_SPACEPAD is. */
const SPACES = 2;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A text; what says that it is ASCII is UTF-8 as often. Throws on what is not: other texts would become one. */
function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new Error(`text "${excerpt(latin(bytes, 0, bytes.length))}" is not UTF-8 (Latin-1, perhaps); write its texts as UTF-8`);
  }
}
