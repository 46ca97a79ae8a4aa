import { isKeeping } from "./kept-folders.js";
import { fileIn, missingStorage, namesIn, privateFolder, writeWhole } from "./private-files.js";

// coppice-runs/ID.json is a line of the page's table of runs: settings, figures and curves, no samples and no weights.

const FOLDER = "coppice-runs";

const folder = () => privateFolder(FOLDER);

/** The texts of all runs, by their ids; none where there is no storage. */
export async function pastRuns(): Promise<Readonly<Record<string, string>>> {
  if (missingStorage() !== null) return {};
  const all = await folder();
  const names = (await namesIn(all, "file")).filter((name) => name.endsWith(".json"));
  const texts = await Promise.all(
    names.map(async (name) => [name.slice(0, -5), await (await fileIn(all, name)).text()] as const),
  );
  return Object.fromEntries(texts);
}

/** Keeps the text of a run, where there is storage and trainings are kept. Throws where there is no room. */
export async function keepRun(id: string, text: string): Promise<void> {
  if (missingStorage() === null && (await isKeeping()))
    await writeWhole(await folder(), `${id}.json`, [new TextEncoder().encode(text)]);
}

/** Deletes runs; another tab may have done so before. */
export async function dropRuns(ids: readonly string[]): Promise<void> {
  if (missingStorage() !== null) return;
  const all = await folder();
  const there = new Set(await namesIn(all, "file"));
  await Promise.all(ids.map((id) => `${id}.json`).flatMap((name) => (there.has(name) ? [all.removeEntry(name)] : [])));
}
