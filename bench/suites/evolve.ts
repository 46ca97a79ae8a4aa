import type { Bench } from "./suite.js";

export const EVOLVE: readonly string[] = [];
export async function runEvolve(_bench: Bench): Promise<void> {}
