import base64 from "./assembly/index.ts?assemblyscript";

/** The exports of assembly/: they take numbers, and addresses of arrays. */
type Loops = Readonly<Record<"byColumn" | "grow" | "growWeights", (...args: number[]) => void>>;

/** Memory that a loop has for one call. */
export interface Room {
  readonly loops: Loops;
  /** Address of a copy of `array`. */
  put(array: Uint32Array): number;
  /** Address of so many words, which hold anything. */
  take(words: number): number;
  /** A copy of the words at an address. */
  words(address: number, length: number): Uint32Array<ArrayBuffer>;
  /** A copy of the floats at an address. */
  floats(address: number, length: number): Float32Array<ArrayBuffer>;
}

const PAGE = 65_536;
/** Bytes that the memory grows to at most: as much stays taken, of a network of about 13 million connections a layer. */
const MOST_BYTES = 4096 * PAGE;
/** Arrays begin at lines of a cache; a call has at most MOST_ARRAYS. */
const [LINE, MOST_ARRAYS] = [64, 16];

let opened: { readonly loops: Loops; readonly memory: WebAssembly.Memory } | null | undefined;

/**
 * Room for `words` words beside loops that run in WebAssembly; it ends when room is asked for again. Null where WebAssembly has no SIMD, where a
 * policy forbids it, and for more than it may take: then the same loops run on typed arrays, at a third of the speed and to the same bits.
 */
export function roomFor(words: number): Room | null {
  if (opened === undefined) opened = open();
  const bytes = 4 * words + LINE * (MOST_ARRAYS + 1);
  if (!opened || bytes > MOST_BYTES || !growTo(opened.memory, bytes)) return null;
  const { loops, memory } = opened;
  const all = new Uint32Array(memory.buffer);
  let end = LINE; // address 0 stands for none
  const take = (words: number) => {
    const address = end;
    end += LINE * Math.ceil((4 * words) / LINE);
    return address;
  };
  return {
    loops,
    take,
    put(array) {
      const address = take(array.length);
      all.set(array, address / 4);
      return address;
    },
    words: (address, length) => all.slice(address / 4, address / 4 + length),
    floats: (address, length) => new Float32Array(memory.buffer, address, length).slice() as Float32Array<ArrayBuffer>,
  };
}

function open(): typeof opened {
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  if (!globalThis.WebAssembly?.validate(bytes)) return null;
  try {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: MOST_BYTES / PAGE, shared: true });
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
    return { loops: exports as Loops, memory };
  } catch (cause) {
    if (cause instanceof WebAssembly.CompileError || cause instanceof RangeError) return null; // a policy, or no memory
    throw cause;
  }
}

function growTo(memory: WebAssembly.Memory, bytes: number): boolean {
  const pages = Math.ceil((bytes - memory.buffer.byteLength) / PAGE);
  try {
    if (pages > 0) memory.grow(pages);
    return true;
  } catch (cause) {
    if (cause instanceof RangeError) return false; // the system gives no more
    throw cause;
  }
}
