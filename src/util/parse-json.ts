import { CoppiceError, check, isRecord } from "./check.js";

/** The value of a JSON text, or of its bytes in UTF-8. Throws a usage error "where: is not JSON (...)" of any other. */
export function parseJson(text: string | Uint8Array, where: string): unknown {
  try {
    return JSON.parse(typeof text === "string" ? text : new TextDecoder("utf-8", { fatal: true }).decode(text));
  } catch (error) {
    throw new CoppiceError(`${where}: is not JSON (${(error as Error).message})`);
  }
}

/** Likewise of a JSON object, unchecked. */
export function parseJsonObject(text: string | Uint8Array, where: string): Record<string, unknown> {
  const value = parseJson(text, where);
  check(isRecord(value), where, () => "is no JSON object");
  return value;
}
