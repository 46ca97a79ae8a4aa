import { check, isRecord } from "../util/check.js";

/** What a JSON object holds, unchecked. */
export type Json = Record<string, unknown>;

/** The JSON object of `__metadata__.config`. Throws when it is none. */
export function parseConfig(text: string | undefined, where: string): Json {
  let config: unknown;
  try {
    config = JSON.parse(text ?? "");
  } catch (error) {
    check(false, `${where}: config`, () => `is not JSON (${(error as Error).message})`);
  }
  check(isRecord(config), `${where}: config`, () => "is no JSON object");
  return config;
}
