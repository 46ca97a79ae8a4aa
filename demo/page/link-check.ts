import { DEFAULTS, type Settings, settingProblem } from "../settings.js";
import { BUILT_IN, type BuiltIn } from "../sources.js";
import type { Link } from "./link.js";

type Fields = Readonly<Record<string, unknown>>;
type Test = (value: unknown) => boolean;

const text: Test = (value) => typeof value === "string";
const flag: Test = (value) => typeof value === "boolean";
const column: Test = (value) => text(value) || (Number.isInteger(value) && (value as number) >= 0);
const columnOrNone: Test = (value) => value === null || column(value);
const oneOf =
  (...names: readonly string[]): Test =>
  (value) =>
    names.includes(value as string);

/** Choices of reading that a link may hold. */
const OPTIONS: Readonly<Record<keyof Extract<Link["data"], { options: object }>["options"], Test>> = {
  name: text,
  orientation: oneOf("auto", "rows", "columns"),
  header: flag,
  label: columnOrNone,
  ignoreLabels: flag,
  id: columnOrNone,
  extraLabels: flag,
  group: column,
  ignore: (value) => Array.isArray(value) && value.every(column),
  missing: oneOf("error", "drop-samples", "drop-features", "median"),
  part: oneOf("train", "test"),
  x: text,
  y: text,
  maxBytes: Number.isFinite,
};

/** Why something read from an address is no link of this page; null where it is one. */
export function linkProblem(link: unknown): string | null {
  if (!isFields(link)) return "it is no link of this page";
  return settingsProblem(link.settings) ?? dataProblem(link.data) ?? resultProblem(link.result);
}

function settingsProblem(settings: unknown): string | null {
  if (!isFields(settings)) return "it names no settings";
  const keys = Object.keys(DEFAULTS) as (keyof Settings)[];
  const unknown = Object.keys(settings).find((key) => !Object.hasOwn(DEFAULTS, key));
  if (unknown !== undefined) return `it has a setting "${unknown}" that is not known here`;
  const bad = keys.find((key) => settingProblem(key, settings[key]) !== null);
  return bad === undefined ? null : `its setting ${bad} is wrong: ${settingProblem(bad, settings[bad])}`;
}

function dataProblem(data: unknown): string | null {
  if (!isFields(data)) return "it names no data";
  if (Object.hasOwn(data, "builtIn"))
    return BUILT_IN.includes(data.builtIn as BuiltIn) ? null : "it names data that do not come with this page";
  const { options, labels } = data;
  if (!isFile(data) || (labels !== undefined && !isFile(labels))) return "it names no file by its sha256";
  if (!isFields(options)) return "it does not say how its file was read";
  const bad = Object.entries(options).find(
    ([key, value]) => !Object.hasOwn(OPTIONS, key) || !OPTIONS[key as keyof typeof OPTIONS](value),
  );
  return bad ? `its choice "${bad[0]}" of reading the file is wrong` : null;
}

function resultProblem(result: unknown): string | null {
  if (result === null || result === undefined) return null;
  const good =
    isFields(result) &&
    text(result.version) &&
    text(result.device) &&
    Number.isFinite(result.testLoss) &&
    Number.isFinite(result.testAccuracy);
  return good ? null : "its result is none";
}

function isFile(value: unknown): boolean {
  return isFields(value) && text(value.name) && text(value.sha256) && /^[0-9a-f]{64}$/.test(value.sha256 as string);
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
