import { check } from "../util/check.js";

// Marks of a topology's slots: slot k is marked when bit k % 32 of word k >> 5 is set. Bits from slot nnz on mean nothing.

/** Whether slot k is marked. */
export function isMarked(marks: Uint32Array, k: number): boolean {
  return ((marks[k >>> 5] >>> (k & 31)) & 1) === 1;
}

/** Marks slot k. */
export function setMark(marks: Uint32Array, k: number): void {
  marks[k >>> 5] |= 1 << (k & 31);
}

/** Takes the mark of slot k. */
export function clearMark(marks: Uint32Array, k: number): void {
  marks[k >>> 5] &= ~(1 << (k & 31));
}

/** Marks for `slots` slots, all of them set. */
export function allMarked(slots: number): Uint32Array {
  return new Uint32Array(Math.ceil(slots / 32)).fill(0xffffffff);
}

/**
 * The word where the marks of a member of an ensemble begin, whose slots are numbered from 0: they overlap none of another member's, as a
 * member with `slotStart` slots before it has `member` members before it. Of all members it is the number of words.
 */
export function maskStart(slotStart: number, member: number): number {
  return Math.floor(slotStart / 32) + member;
}

/** Throws when there are too few words for `slots` slots. */
export function checkMarks(marks: Uint32Array, slots: number): void {
  const words = Math.ceil(slots / 32);
  check(marks.length >= words, "survivors", () => {
    return `${marks.length} words mark ${marks.length * 32} slots; ${slots} connections take ${words} words`;
  });
}

/** How many of the first `slots` slots are marked. Throws when there are too few words. */
export function countMarked(marks: Uint32Array, slots: number): number {
  checkMarks(marks, slots);
  let count = 0;
  for (let i = 0; i < slots >>> 5; i++) count += bitCount(marks[i]);
  const rest = slots & 31;
  return rest > 0 ? count + bitCount(marks[slots >>> 5] & ((1 << rest) - 1)) : count;
}

/** Bits that are set in a word: summed by pairs, fours, eights, then over the bytes. */
function bitCount(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
