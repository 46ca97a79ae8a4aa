import type * as fc from "fast-check";

/** A way to read a file. */
export type Way = () => Promise<unknown>;

/** A file to read, and how. */
export interface Case {
  readonly bytes: Uint8Array;
  /** The ways to read it; each resolves to what was read. */
  readonly ways: readonly Way[];
}

/** A reader under test. */
export interface Target {
  readonly cases: fc.Arbitrary<Case>;
  /** Loads what readers take from elsewhere, before anything counts. */
  prepare?(): Promise<unknown>;
  /** A place, a field or an option of the caller: every refusal names one. */
  readonly place: RegExp;
  /** The sources whose coverage counts, or folders, with a slash at the end, of those that no other target names. */
  readonly sources: readonly string[];
}

/** A regular expression of these places, or of what every dataset has, packed ones among them. */
export const at = (own: string) =>
  new RegExp(`${own}|after \\d+ bytes were inflated|unknown format|empty|label|class|sample|feature|value|row \\d+`);

/** What packed and sparse files may take, in these tests. */
export const MAX_BYTES = 2 ** 20;
/** A text as bytes. */
export const utf8 = (text: string) => new TextEncoder().encode(text);
/** Files one behind the other. */
export function total(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Cases of what is made; what is not needed is left out of a failure's report. */
export function cases<T>(from: fc.Arbitrary<T>, bytesOf: (made: T) => Uint8Array, ways: (made: T) => Way[]): fc.Arbitrary<Case> {
  return from.map((made) => ({ bytes: bytesOf(made), ways: ways(made) }));
}

/** A case whose file is all that is made. */
export const own = (bytes: Uint8Array) => bytes;
