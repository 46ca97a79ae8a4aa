import { type Measures, measure } from "../../src/api/index.js";
import type { Settings } from "../settings.js";
import { currentData } from "./data.js";
import { onDevice } from "./device.js";
import { model } from "./model.js";
import { partsFor } from "./parts.js";

/** Measures of the model, and of which samples they are. */
export interface MeasureReport extends Measures {
  readonly data: string;
  /** Whether the samples are those that it was trained on; else all that are open. */
  readonly trainedOn: boolean;
}

/** Measures the model on the samples that it was trained on, if its data are still open; else on all that are open. */
export async function measureModel(device: Settings["device"]): Promise<MeasureReport> {
  const { saved, origin } = model();
  const all = currentData();
  const own = origin?.dataset === all ? origin : null;
  const dataset = own ? partsFor(own.settings).train : all;
  const measures = await onDevice(own?.settings.device ?? device, (on) => measure(on, saved, dataset));
  return { ...measures, data: all.name, trainedOn: own !== null };
}
