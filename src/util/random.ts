import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import { check, checkFunction, checkInteger, checkObject, checkTyped, isList } from "./check.js";
import { hash4, mix32 } from "./counter-random.js";
import { shown } from "./shown.js";

/** A stream of random numbers; every call advances it. */
export interface Rng {
  /** A uniform integer from 0 to 2^32 - 1. */
  uint32(): number;
  /** A uniform integer from 0 to n - 1 without bias, for an integer n from 1 to 2^53; throws for any other n. */
  below(n: number): number;
  /** Fills `out` with the numbers that as many calls of below(n) would give, for n up to 2^32, and returns it. */
  fillBelow(n: number, out: Uint32Array): Uint32Array;
  /** A uniform multiple of 2^-53 in [0, 1). */
  float(): number;
  /** A sample of the normal distribution with mean 0 and variance 1 (Marsaglia's polar method). */
  normal(): number;
  /** Permutes `a` in place, every order equally likely (Fisher-Yates). */
  shuffle(a: Uint32Array): void;
}

/** Gives a stream's state to a loop, four words of two halves, low ones first, and takes it back. */
type Step = (loop: (state: Uint32Array) => void) => void;
const steps = new WeakMap<Rng, Step>();

/** Has a loop, such as one in WebAssembly, step the state of a stream; false where `random` did not make it. */
export function stepWith(rng: Rng, loop: (state: Uint32Array) => void): boolean {
  const step = steps.get(rng);
  step?.(loop);
  return step !== undefined;
}

/**
 * The random stream named by a seed and labels, such as `random(seed, "topology", layer, epoch)`: the same name gives
 * the same numbers, another name independent ones. Streams are split by naming, so what one part of a run draws never
 * depends on how much another has drawn. The generator is xoroshiro128+ (its 32 low bits), seeded with a 128-bit hash.
 * Throws when the seed or a numeric label is not finite.
 */
export function random(seed: number, ...labels: (string | number)[]): Rng {
  check(typeof seed === "number", "random stream", () => `the seed or label ${shown(seed)} is not a finite number`);
  let generator = xoroshiro128plusFromState(hashName([seed, ...labels]));
  const uint32 = () => generator.next() >>> 0;
  const uint53 = () => (generator.next() >>> 11) * 2 ** 32 + (generator.next() >>> 0);
  let spare: number | undefined;

  // The range is cut into n equal buckets; draws beyond the last one are repeated. Dividing rather than taking a
  // remainder uses the high bits (the lowest bit of xoroshiro128+ is linear) and is exact in doubles up to 2^53.
  function below(n: number): number {
    checkInteger(n, "random number below n", 1, 2 ** 53);
    const small = n <= 2 ** 32;
    const bucket = Math.floor((small ? 2 ** 32 : 2 ** 53) / n);
    let drawn: number;
    do {
      drawn = Math.floor((small ? uint32() : uint53()) / bucket);
    } while (drawn >= n);
    return drawn;
  }

  // The generator's steps are written out here, as a call for each costs more than half of the time.
  function fillBelow(n: number, out: Uint32Array): Uint32Array {
    checkInteger(n, "random number below n", 1, 2 ** 32);
    checkTyped(out, Uint32Array, "fillBelow: out");
    const bucket = Math.floor(2 ** 32 / n);
    const limit = n * bucket;
    let [s01, s00, s11, s10] = generator.getState(); // high and low words of the two halves
    for (let i = 0; i < out.length; ) {
      const drawn = (s00 + s10) >>> 0;
      out[i] = (drawn / bucket) >>> 0; // rounds down
      if (drawn < limit) i++; // or is written over by the next one
      const low = s00;
      const high = s01;
      const a0 = s10 ^ low;
      const a1 = s11 ^ high;
      s00 = (low << 24) ^ (high >>> 8) ^ a0 ^ (a0 << 16);
      s01 = (high << 24) ^ (low >>> 8) ^ a1 ^ ((a1 << 16) | (a0 >>> 16));
      s10 = (a1 << 5) ^ (a0 >>> 27);
      s11 = (a0 << 5) ^ (a1 >>> 27);
    }
    generator = xoroshiro128plusFromState([s01, s00, s11, s10]);
    return out;
  }

  const float = () => uint53() * 2 ** -53;

  function normal(): number {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    let x: number;
    let y: number;
    let square: number;
    do {
      x = 2 * float() - 1;
      y = 2 * float() - 1;
      square = x * x + y * y;
    } while (square >= 1 || square === 0);
    const scale = Math.sqrt((-2 * Math.log(square)) / square);
    spare = y * scale;
    return x * scale;
  }

  function shuffle(a: Uint32Array): void {
    check(isList(a), "shuffle", () => `${shown(a)} is no list`);
    for (let i = a.length - 1; i > 0; i--) {
      const j = below(i + 1);
      const held = a[i];
      a[i] = a[j];
      a[j] = held;
    }
  }

  const rng = { uint32, below, fillBelow, float, normal, shuffle };
  steps.set(rng, (loop) => {
    const [high0, low0, high1, low1] = generator.getState();
    const state = Uint32Array.of(low0, high0, low1, high1);
    loop(state);
    generator = xoroshiro128plusFromState([state[1], state[0], state[3], state[2]]);
  });
  return rng;
}

/** Throws unless `value` is a stream of random numbers. */
export function checkRng(value: Rng, where: string): void {
  checkObject(value, where, "stream of random numbers; random() makes one");
  for (const method of ["uint32", "below", "fillBelow", "float", "normal", "shuffle"] as const)
    checkFunction(value[method], `${where}: ${method}`);
}

/**
 * 128-bit hash of a list of labels. Every label is encoded with its type and length, so that "a", 1 differs from "a1"
 * and 1 from "1". Each word is chained through four lanes, every one of which is a bijection of what it held.
 */
function hashName(labels: (string | number)[]): number[] {
  const lanes = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344]; // the fraction of pi
  const absorb = (word: number) => {
    let carry = word;
    for (let i = 0; i < 4; i++) {
      carry = mix32((lanes[i] ^ carry) + 0x9e3779b9); // the golden ratio, so that zeros do not stay zeros
      lanes[i] = carry;
    }
  };
  const bits = new DataView(new ArrayBuffer(8));
  for (const label of labels) {
    if (typeof label === "string") {
      absorb(1);
      absorb(label.length);
      for (let i = 0; i < label.length; i++) absorb(label.charCodeAt(i));
    } else {
      check(Number.isFinite(label), "random stream", () => `the seed or label ${shown(label)} is not a finite number`);
      bits.setFloat64(0, label + 0); // -0 + 0 is 0: equal numbers name the same stream
      absorb(2);
      absorb(bits.getUint32(0));
      absorb(bits.getUint32(4));
    }
  }
  absorb(labels.length);
  return lanes;
}

/** The seed of the streams of an ensemble's member: that of member 0 is the run's, so that it is the network which the run alone would train. */
export function memberSeed(seed: number, member: number): number {
  return member === 0 ? seed : hash4(seed, member, 0x6d656d62, 0); // "memb"
}
