import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The text of every file of a room whose path in it matches, by its path from here: `../src/nn/step.ts`.
 * Read from the disk, as `import.meta.glob` has Vite make a module of each, for every file of tests that asks.
 */
export function readSources(room: string, names = /\.ts$/): Record<string, string> {
  const paths = readdirSync(join(import.meta.dirname, "..", room), { recursive: true, encoding: "utf8" });
  const chosen = paths.filter((path) => names.test(path)).sort();
  return Object.fromEntries(
    chosen.map((path) => [`../${room}/${path}`, readFileSync(join(import.meta.dirname, "..", room, path), "utf8")]),
  );
}
