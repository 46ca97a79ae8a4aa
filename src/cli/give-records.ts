import { writeAtomically } from "../files/write.js";
import type { ModelValues } from "./model-samples.js";
import { printJson, printParts, say, type Terminal } from "./terminal.js";
import { encodeParts } from "./text-parts.js";

/** What a command has to say of samples. */
interface Given {
  /** What the list of records is called in the JSON document. */
  readonly name: string;
  /** What a file has, in words: "1,797 predictions". */
  readonly said: string;
  readonly records: () => Iterable<object>;
  /** The same as lines of CSV. */
  readonly lines: () => Iterable<string>;
  /** The content of a file; default the lines. */
  readonly content?: () => Parameters<typeof writeAtomically>[1];
}

/** Writes records to --out, or prints them: as a JSON document behind the fields of `document`, or as CSV. */
export async function giveRecords(
  { out, json }: Pick<ModelValues, "out" | "json">,
  terminal: Terminal,
  document: object,
  { name, said, records, lines, content = () => encodeParts(lines()) }: Given,
): Promise<void> {
  if (out !== undefined) {
    writeAtomically(out, content());
    say(terminal, `${said} in ${out}`);
  }
  if (json) await printJson(terminal, { ...document, ...(out === undefined ? { [name]: records() } : { out }) });
  else if (out === undefined) await printParts(terminal, lines());
}
