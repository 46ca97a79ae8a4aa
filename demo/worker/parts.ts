import { type Split, split } from "../../src/api/index.js";
import type { Settings } from "../settings.js";
import { currentData } from "./data.js";

/** The open data, parted by the settings. */
export function partsFor({ test, seed }: Settings): Split {
  return split(currentData(), { test, seed });
}
