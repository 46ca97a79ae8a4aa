import { METHODS, TASKS, type TaskName } from "../../src/api/extend.js";
import { column, READING } from "../../src/data/options.js";
import { schemasOf } from "../../src/options/option.js";
import { custom, flag, maybe, nullable, number, oneOf, optional, problemOf, record, text } from "../../src/options/schema.js";
import { MOST_RACERS, SETTINGS } from "../settings.js";
import { BUILT_IN } from "../sources.js";
import type { Link } from "./link.js";
import { fieldOf, metricsOf, taskOf } from "./metrics.js";

const HASH = { name: text(), sha256: text(/^[0-9a-f]{64}$/, "a sha256 of 64 hexadecimal digits") };
const { labels: _file, ...reading } = schemasOf(READING);

/** Choices of reading that a link may hold. */
const OPTIONS = {
  ...reading,
  name: optional(text()),
  ignoreLabels: optional(flag()),
  extraLabels: optional(flag()),
  label: optional(nullable(column)),
  id: optional(nullable(column)),
  part: optional(oneOf(["train", "test"])),
  task: optional(oneOf(Object.keys(TASKS) as TaskName[])),
};

const SOURCE = record({ builtIn: oneOf(BUILT_IN) });
const FILE = record({ ...HASH, labels: optional(record(HASH)), options: record(OPTIONS, { only: true }) });
const RIVALS = custom<Link["rivals"]>(
  (value) =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.length === new Set(value).size &&
    value.length < MOST_RACERS &&
    value.every((name) => Object.hasOwn(METHODS, name)),
  "a list of one or two methods",
);
const LINK = record({ settings: record(schemasOf(SETTINGS), { only: true }), data: record({}), rivals: optional(RIVALS) });

/** The end of a run of a task. */
function resultOf(task: TaskName) {
  const tested = metricsOf(task).map((metric) => [fieldOf(metric, "test"), number()]);
  return maybe(record({ version: text(), device: text(), testLoss: number(), ...Object.fromEntries(tested) }));
}

/** Why something read from an address is no link of this page; null where it is one. */
export function linkProblem(link: unknown): string | null {
  const whole = problemOf(LINK, link);
  if (whole) return `${whole.at}: ${whole.message}`;
  const { data, result } = link as Pick<Link, "data" | "result">;
  const part = problemOf(Object.hasOwn(data, "builtIn") ? SOURCE : FILE, data);
  if (part) return `data.${part.at}: ${part.message}`;
  const end = problemOf(resultOf(taskOf(data)), result);
  return end ? `result.${end.at}: ${end.message}` : null;
}
