import { signal } from "@preact/signals-core";
import type { Settings } from "../settings.js";
import type { Trial, Work } from "../throughput.js";
import type { SideInfo } from "../worker/throughput.js";
import type { Link } from "./link.js";

/** One of those that are measured. */
export interface Side {
  readonly id: "gpu" | "cpu" | "dense";
  readonly title: string;
  readonly info: SideInfo | null;
  readonly work: Work | null;
  readonly trials: readonly Trial[];
  /** Why it is not measured. */
  readonly refusal: string | null;
}

/** Where a measurement stands. */
export interface Measurement {
  readonly phase: "running" | "done" | "failed" | "cancelled";
  readonly text: string;
  /** What is measured. */
  readonly settings: Settings;
  readonly data: { readonly name: string; readonly of: Link["data"] };
  readonly sides: readonly Side[];
}

/** The last measurement, as far as it has come. */
export const measurement = signal<Measurement | null>(null);
