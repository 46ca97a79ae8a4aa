import type { MethodName } from "../../../../src/methods/index.js";
import type { Bench } from "../networks.js";
import type { Answer } from "../records.js";
import type { Study } from "../study.js";

/** What is run as a whole on a split, and gives the answers of one or a few models. */
export interface Arm {
  /** The answer of another arm on the same split whose rates it takes. */
  readonly needs?: { readonly arm: string; readonly answer: string };
  /** Whether it has its seconds, so that it finds less where something runs beside it. */
  readonly asksClock?: boolean;
  /** What it costs: networks that are trained, after tuning one where that is asked for, or seconds. */
  costs(study: Study): readonly Cost[];
  /** Answers by name; `needed` is what `needs` says. */
  run(bench: Bench, needed: Answer | undefined): Promise<Readonly<Record<string, Answer>>>;
}

export type Cost =
  | { readonly method: MethodName; readonly members: number; readonly tunes: boolean }
  | { readonly seconds: number };
