import { stratifiedCounts } from "../../src/api/data.js";
import type { Settings } from "../settings.js";
import type { DataInfo } from "../sources.js";
import { count, percent, whole } from "./format.js";

/** What a setting comes to on these data, where that is another number than the one that was entered; null where nothing is to be said. */
export function effectOf(
  key: keyof Settings,
  settings: Pick<Settings, "test" | "batch">,
  data: Pick<DataInfo, "samples" | "classes" | "groups"> | undefined,
): string | null {
  if (!data || (key !== "test" && key !== "batch")) return null;
  const sizes = data.classes.map(({ samples }) => samples);
  const divided = sizes.length > 0; // strata of numbers are the training's own
  const held = divided
    ? stratifiedCounts(sizes, settings.test).reduce((a, b) => a + b, 0)
    : Math.round(settings.test * data.samples);
  const about = data.groups > 0 || !divided ? "about " : "";
  if (key === "batch") {
    const left = data.samples - held;
    return settings.batch > left ? `Above the ${about}${whole(left)} training samples: a step takes all of them` : null;
  }
  if (held === 0 && divided) return "No class has a second sample: nothing can be held out";
  const part = `Holds out ${about}${whole(held)} of ${count(data.samples, "sample")}`;
  // rounding to whole samples is not worth a word, the limits of the classes are
  const moved = Math.abs(held - settings.test * data.samples) >= 1;
  return moved ? `${part}, ${percent(held / data.samples, 2)}: each class has at least one in either part` : part;
}
