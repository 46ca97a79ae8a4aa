import { column, READING } from "../../src/data/options.js";
import { schemasOf } from "../../src/options/option.js";
import { flag, maybe, nullable, number, oneOf, optional, problemOf, record, text } from "../../src/options/schema.js";
import { SETTINGS } from "../settings.js";
import { BUILT_IN } from "../sources.js";
import { fieldOf, METRICS } from "./metrics.js";

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
};

const SOURCE = record({ builtIn: oneOf(BUILT_IN) });
const FILE = record({ ...HASH, labels: optional(record(HASH)), options: record(OPTIONS, { only: true }) });
const TESTED = METRICS.map((metric) => [fieldOf(metric, "test"), number()]);
const RESULT = record({ version: text(), device: text(), testLoss: number(), ...Object.fromEntries(TESTED) });
const LINK = record({ settings: record(schemasOf(SETTINGS), { only: true }), data: record({}), result: maybe(RESULT) });

/** Why something read from an address is no link of this page; null where it is one. */
export function linkProblem(link: unknown): string | null {
  const whole = problemOf(LINK, link);
  if (whole) return `${whole.at}: ${whole.message}`;
  const { data } = link as { readonly data: object };
  const part = problemOf(Object.hasOwn(data, "builtIn") ? SOURCE : FILE, data);
  return part ? `data.${part.at}: ${part.message}` : null;
}
