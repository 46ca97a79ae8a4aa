import { check } from "../../../util/check.js";
import { crc32c } from "../../../util/crc32.js";
import { parseJsonObject } from "../../../util/parse-json.js";
import { cut, shown } from "../../../util/shown.js";
import { bytesOf, type TensorFile } from "./safetensors.js";

/** The name of the checksums in `__metadata__`: JSON, "config" and the name of every tensor to 8 hexadecimal digits. */
const CHECKSUMS = "crc32c";

/**
 * The file with the CRC-32C of its config (in UTF-8) and of every tensor's bytes in `__metadata__.crc32c`, in place of what was there. They are
 * of contents and not of places, so another program may lay the same tensors out anew. A CRC notices any damage within 32 bits that
 * follow one another, and any other but for one case in 2^32; it is no protection against someone who means to deceive.
 * `known` are CRCs of tensors that need not be worked out again.
 */
export function withChecksums({ tensors, metadata }: TensorFile, known?: ReadonlyMap<string, number>): TensorFile {
  const text = JSON.stringify(checksums({ tensors, metadata }, known));
  return { tensors, metadata: new Map([...metadata, [CHECKSUMS, text]]) };
}

/**
 * Whether the file has checksums: earlier versions and other programs write none. Throws, naming the tensor or the config, where one is not
 * that of what is there, is missing, or is of something that is not there.
 */
export function checkChecksums(file: TensorFile, where: string): boolean {
  const text = file.metadata.get(CHECKSUMS);
  if (text === undefined) return false;
  const written = parseJsonObject(text, `${where}: ${CHECKSUMS}`);
  const found = checksums(file);
  for (const [name, checksum] of Object.entries(found)) {
    check(Object.hasOwn(written, name), field(where, name), () => "has no checksum, though others have; the file is damaged");
    check(written[name] === checksum, field(where, name), () => {
      return `its checksum is ${checksum}, ${shown(written[name])} was written with it; the file is damaged: take another copy`;
    });
  }
  for (const name of Object.keys(written))
    check(Object.hasOwn(found, name), field(where, name), () => "is missing, though its checksum is there; the file is damaged");
  return true;
}

function checksums({ tensors, metadata }: TensorFile, known?: ReadonlyMap<string, number>): Record<string, string> {
  const config = metadata.get("config");
  const parts: [string, Uint8Array][] = config === undefined ? [] : [["config", new TextEncoder().encode(config)]];
  for (const [name, { data }] of tensors) parts.push([name, bytesOf(data)]);
  const digits = (name: string, bytes: Uint8Array) => (known?.get(name) ?? crc32c(bytes)).toString(16).padStart(8, "0");
  return Object.fromEntries(parts.map(([name, bytes]) => [name, digits(name, bytes)]));
}

function field(where: string, name: string): string {
  return name === "config" ? `${where}: config` : `${where}: tensor ${cut(name)}`;
}
