import { check } from "../../util/check.js";
import { type Format, inWords } from "./format.js";
import type { ReadOptions } from "./read-options.js";

/** Options of `readDataset` that concern any format. A label's column concerns tables alone, its absence (null) all. */
const EVERY_FORMAT: readonly (keyof ReadOptions)[] = [
  "name",
  "label",
  "ignoreLabels",
  "classes",
  "numeric",
  "targetNames",
  "maxBytes",
  "featureNames",
  "absent",
  "layout",
  "missing",
  "part",
];

/** What reads samples, as far as options concern it. */
type Concern = Pick<Format, "plural" | "options" | "own">;

/** Throws when an option is given that does not concern a format, naming those of the list that it does. */
export function checkConcerns(options: object, format: Concern, formats: readonly Format[], where: string): void {
  for (const [key, value] of Object.entries(options)) {
    const concerns = (of: Concern) => (of.options as readonly string[]).includes(key) || Object.hasOwn(of.own ?? {}, key);
    const anywhere = (EVERY_FORMAT as readonly string[]).includes(key) && (key !== "label" || value === null);
    check(value === undefined || anywhere || concerns(format), where, () => {
      const others = formats.filter(concerns).map(({ plural, extensions }) => {
        const usual = extensions.slice(0, 2).join(", ");
        return usual ? `${plural} (${usual})` : plural;
      });
      return `option ${key} ${others.length > 0 ? `is for ${inWords(others)}, not for ${format.plural}: leave it out` : "is unknown"}`;
    });
  }
}
