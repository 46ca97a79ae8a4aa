import { LABELS, type Settings } from "../settings.js";
import { type Link, linkData, sameData } from "./link.js";
import { data, modelFrom, occupied, type Run, settings } from "./state.js";

/** What has changed since a result came about, so that nothing is taken for a result of what is chosen now. */

/** Whether the data chosen now are others, or are read in another way. */
export function otherData(of: Link["data"]): boolean {
  const chosen = data.value;
  return chosen === null || !sameData(of, linkData(chosen.source, chosen.info));
}

/** "Settings changed since: Learning rate, Seed."; "" where none was. */
export function otherSettings(of: Settings): string {
  const now = settings.value;
  const keys = (Object.keys(of) as (keyof Settings)[]).filter((key) => String(of[key]) !== String(now[key]));
  return keys.length > 0 ? `Settings changed since: ${keys.map((key) => LABELS[key]).join(", ")}.` : "";
}

/** Why the figures of a run are no longer of what the page has; null where they are. */
export function runIsOver(run: Run | undefined): string | null {
  if (!run || occupied.value) return null;
  if (otherData(run.data)) return "other data are chosen now";
  return modelFrom.value === null ? null : `the model is now that of ${modelFrom.value}`;
}
