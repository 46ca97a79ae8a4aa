import type { Bench } from "./suite.js";

export const SCALE: readonly string[] = [];
export async function runScale(_bench: Bench): Promise<void> {}
