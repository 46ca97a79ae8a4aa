import type { Dataset } from "../data/dataset.js";
import { csvLine } from "../util/csv.js";
import type { Answer } from "./task.js";

/** The answer for each sample, with its ID if there are any. */
export function* toRecords(answer: (i: number) => Answer, { samples, ids }: Pick<Dataset, "samples" | "ids">) {
  for (let i = 0; i < samples; i++) {
    const told = Object.entries(answer(i)).map(([name, value]) => [name, digits(value)] as const);
    yield { ...(ids && { id: ids[i] }), ...Object.fromEntries(told) };
  }
}

/** The names of a record's columns: a list has one for each output, whose name the first has alone. */
export function columnsOf(record: object, outputs: readonly string[]): string[] {
  const lists = Object.keys(record).filter((name) => typeof (record as Readonly<Record<string, unknown>>)[name] === "object");
  const columns = (name: string) => (name === lists[0] ? outputs : outputs.map((output) => `${name} ${output}`));
  return Object.keys(record).flatMap((name) => (lists.includes(name) ? columns(name) : name));
}

/** A header, then a line per sample. */
export function* toCsv(records: ReturnType<typeof toRecords>, outputs: readonly string[]): Generator<string> {
  let head = false;
  for (const record of records) {
    if (!head) yield csvLine(columnsOf(record, outputs));
    head = true;
    yield csvLine(Object.values(record).flat());
  }
}

/** Nine digits tell any two f32 apart. */
const nineDigits = (value: number) => Number(value.toPrecision(9));

const digits = (value: Answer[string]) =>
  typeof value === "object" ? Array.from(value, nineDigits) : typeof value === "number" ? nineDigits(value) : value;
