import { TASKS } from "../../src/api/extend.js";
import { type Split, split } from "../../src/api/index.js";
import { strataOf } from "../../src/tasks/strata.js";
import type { Settings } from "../settings.js";
import { currentData, currentTask } from "./data.js";

/** The open data, parted by the settings. */
export function partsFor({ test, seed }: Settings): Split {
  const dataset = currentData();
  return split(dataset, { test, seed, strata: strataOf(TASKS[currentTask()], dataset) });
}
