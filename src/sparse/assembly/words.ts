// Arrays of u32 in memory, by their addresses.

@inline
export function at(array: usize, i: u32): u32 {
  return load<u32>(array + (<usize>i << 2));
}

@inline
export function put(array: usize, i: u32, value: u32): void {
  store<u32>(array + (<usize>i << 2), value);
}

/** array[i]++, and what it was before. */
@inline
export function next(array: usize, i: u32): u32 {
  const p = array + (<usize>i << 2);
  const value = load<u32>(p);
  store<u32>(p, value + 1);
  return value;
}

/** Where each of `size` buckets starts when `count` keys are sorted: size + 1 words. */
export function pointers(keys: usize, count: u32, size: u32, ptr: usize): void {
  memory.fill(ptr, 0, (<usize>size + 1) << 2);
  for (let i: u32 = 0; i < count; i++) next(ptr + 4, at(keys, i));
  for (let i: u32 = 0; i < size; i++) put(ptr, i + 1, at(ptr, i) + at(ptr, i + 1));
}

/** In a source array: the slot holds a grown connection. */
export const NEW: u32 = 0xffffffff;

/** Whether slot k is marked, 1 or 0. */
@inline
export function stayed(survivors: usize, k: u32): u32 {
  return (at(survivors, k >>> 5) >>> (k & 31)) & 1;
}
