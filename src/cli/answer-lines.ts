import type { Dataset } from "../data/dataset.js";
import type { Answer } from "../tasks/task.js";
import { csvLine } from "../util/csv.js";

/** The answer for each sample, with its ID if there are any. */
export function* toRecords(answer: (i: number) => Answer, { samples, ids }: Pick<Dataset, "samples" | "ids">) {
  for (let i = 0; i < samples; i++) {
    const told = Object.entries(answer(i)).map(([name, value]) => [name, digits(value)] as const);
    yield { ...(ids && { id: ids[i] }), ...Object.fromEntries(told) };
  }
}

/** A header, then a line per sample; a list has a column for each output, whose name the first has alone. */
export function* toCsv(records: ReturnType<typeof toRecords>, outputs: readonly string[]): Generator<string> {
  let head = false;
  for (const record of records) {
    if (!head) {
      const lists = Object.keys(record).filter((name) => typeof (record as Readonly<Record<string, unknown>>)[name] === "object");
      const columns = (name: string) => (name === lists[0] ? outputs : outputs.map((output) => `${name} ${output}`));
      yield csvLine(Object.keys(record).flatMap((name) => (lists.includes(name) ? columns(name) : name)));
    }
    head = true;
    yield csvLine(Object.values(record).flat());
  }
}

/** Nine digits tell any two f32 apart. */
const nineDigits = (value: number) => Number(value.toPrecision(9));

const digits = (value: Answer[string]) =>
  typeof value === "object" ? Array.from(value, nineDigits) : typeof value === "number" ? nineDigits(value) : value;
