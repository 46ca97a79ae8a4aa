import type { Bench } from "./suite.js";

export const STEP: readonly string[] = [];
export async function runStep(_bench: Bench): Promise<void> {}
