import base64 from "./assembly/index.ts?assemblyscript";

/** The exports of assembly/: they take numbers, and addresses of arrays. */
export type Loops = Readonly<Record<"byColumn" | "drawFree" | "grow" | "growWeights", (...args: number[]) => void>>;

/** Memory that a loop has for one call. */
export interface Room {
  readonly loops: Loops;
  /** Address of what `array` holds: its own where it lies here, else that of a copy. */
  put(array: Uint32Array): number;
  /** Address of so many words, which hold anything. */
  take(words: number): number;
  /** A copy of the words at an address. */
  words(address: number, length: number): Uint32Array;
  /** The words at an address, as what the call results in: they stay while the workspace keeps them. */
  result(address: number, length: number): Uint32Array;
  /** The floats at an address, likewise. */
  floats(address: number, length: number): Float32Array;
  /** Ends the call: of what was taken the results alone stay. They must have been taken first. */
  end(): void;
}

/** Memory for loops in WebAssembly, call after call. */
export interface Workspace {
  /**
   * Room for `words` words beside what is kept. Null where WebAssembly has no SIMD, where a policy forbids it, and for more than it may take: then
   * the same loops run on typed arrays, at a third of the speed and to the same bits.
   */
  room(words: number): Room | null;
  /** What is kept so far: `keep(mark)` lets go of what came later, `keep()` of all. */
  mark(): number;
  /** Lets go of what was kept after a mark, or of all. */
  keep(mark?: number): void;
}

const PAGE = 65_536;
/** Bytes that a workspace grows to at most: as much stays taken. */
const MOST_BYTES = 4096 * PAGE;
/** Arrays begin at lines of a cache; address 0 stands for none. A call has at most MOST_ARRAYS. */
const [LINE, MOST_ARRAYS] = [64, 16];

/**
 * Opens a workspace; its memory is made when room is first asked for. With `views`, results are views of it that hold until `keep` lets go of
 * them: nothing is allocated for them. Without, they are copies, and nothing is kept.
 */
export function createWorkspace(views = true): Workspace {
  let opened: ReturnType<typeof open> | undefined;
  let kept = LINE;
  const buffers = new WeakSet<ArrayBufferLike>(); // one more each time that the memory grows, for the same bytes
  return {
    room(words) {
      if (opened === undefined) opened = open();
      const bytes = kept + 4 * words + LINE * MOST_ARRAYS;
      if (!opened || bytes > MOST_BYTES || !growTo(opened.memory, bytes)) return null;
      const { buffer } = opened.memory;
      buffers.add(buffer);
      const all = new Uint32Array(buffer);
      let top = kept;
      let results = kept;
      const take = (words: number) => {
        const address = top;
        top += LINE * Math.ceil((4 * words) / LINE);
        return address;
      };
      const copy = (address: number, length: number) => all.slice(address / 4, address / 4 + length);
      const reach = (address: number, length: number) => {
        results = Math.max(results, LINE * Math.ceil((address + 4 * length) / LINE));
      };
      return {
        loops: opened.loops,
        take,
        put(array) {
          if (buffers.has(array.buffer)) return array.byteOffset;
          const address = take(array.length);
          all.set(array, address / 4);
          return address;
        },
        words: copy,
        result(address, length) {
          if (!views) return copy(address, length);
          reach(address, length);
          return all.subarray(address / 4, address / 4 + length);
        },
        floats(address, length) {
          const found = new Float32Array(buffer, address, length);
          if (!views) return found.slice();
          reach(address, length);
          return found;
        },
        end() {
          kept = results;
        },
      };
    },
    mark: () => kept,
    keep(mark = LINE) {
      kept = mark;
    },
  };
}

/** For calls whose results are to stay. */
export const common = createWorkspace(false);

let compiled: WebAssembly.Module | null | undefined;

function open(): { readonly loops: Loops; readonly memory: WebAssembly.Memory } | null {
  if (compiled === undefined) compiled = compile();
  if (!compiled) return null;
  try {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: MOST_BYTES / PAGE, shared: true });
    return { loops: new WebAssembly.Instance(compiled, { env: { memory, log: Math.log } }).exports as Loops, memory };
  } catch (cause) {
    if (cause instanceof RangeError) return null; // the system gives no memory
    throw cause;
  }
}

function compile(): WebAssembly.Module | null {
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  if (!globalThis.WebAssembly?.validate(bytes)) return null;
  try {
    return new WebAssembly.Module(bytes);
  } catch (cause) {
    if (cause instanceof WebAssembly.CompileError) return null; // a policy
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
