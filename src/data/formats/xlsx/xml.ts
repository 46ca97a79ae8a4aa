import { Parser } from "saxen";
import { CoppiceError, check } from "../../../util/check.js";

/** What hears of the elements of a file; their names come without a namespace's prefix. */
export interface Heard {
  open?(name: string, attribute: (name: string) => string | undefined): void;
  /** The text before it, since the last tag. */
  close?(name: string, text: string): void;
}

/** The longest text that one string of V8 holds, nearly. */
const LONGEST = 2 ** 29 - 2 ** 10;

const local = (name: string) => name.slice(name.indexOf(":") + 1);

/** Reads XML from its start to its end. Throws on what is no XML, and on text that is not UTF-8. */
export function readXml(bytes: Uint8Array, where: string, { open, close }: Heard): void {
  check(bytes.length < LONGEST, where, () => {
    return `${bytes.length} bytes of XML; at most ${LONGEST - 1} are read: save the sheet as .csv`;
  });
  let text = "";
  const parser = new Parser();
  parser.on("openTag", (name, attributesOf, decode) => {
    text = "";
    let attributes: [string, string][] | undefined;
    open?.(local(name), (wanted) => {
      attributes ??= Object.entries(attributesOf());
      const found = attributes.find(([own]) => own === wanted || (wanted === "r:id" && own.endsWith(":id")));
      return found && decode(found[1]);
    });
  });
  parser.on("text", (part, decode) => {
    text += decode(part);
  });
  parser.on("cdata", (part) => {
    text += part;
  });
  parser.on("closeTag", (name) => {
    close?.(local(name), text);
    text = "";
  });
  const refuse = (error: Error): never => {
    throw error instanceof CoppiceError ? error : new CoppiceError(`${where}: it is no XML: ${error.message.slice(0, 200)}`);
  };
  parser.on("error", refuse);
  parser.on("warn", refuse);
  let xml: string;
  try {
    xml = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new CoppiceError(`${where}: it is not UTF-8 text`);
  }
  parser.parse(xml);
}
