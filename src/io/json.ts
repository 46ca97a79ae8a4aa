import { parseJsonObject } from "../util/parse-json.js";

/** What a JSON object holds, unchecked. */
export type Json = Record<string, unknown>;

/** The JSON object of `__metadata__.config`. Throws when it is none. */
export function parseConfig(text: string | undefined, where: string): Json {
  return parseJsonObject(text ?? "", `${where}: config`);
}
