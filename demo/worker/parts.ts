import { TASKS } from "../../src/api/extend.js";
import { type Split, split } from "../../src/api/index.js";
import { strataOf } from "../../src/tasks/strata.js";
import { chosenAfter, type Settings } from "../settings.js";
import { currentData, currentTask } from "./data.js";

/** The open data, parted by the settings: a validation part only where something is chosen by it. */
export function partsFor(settings: Settings): Split {
  const dataset = currentData();
  const { test, validation, seed } = settings;
  const chooses = Object.keys(chosenAfter(settings, currentTask(), dataset.classes.length)).length > 0;
  return split(dataset, { test, ...(chooses && { validation }), seed, strata: strataOf(TASKS[currentTask()], dataset) });
}
