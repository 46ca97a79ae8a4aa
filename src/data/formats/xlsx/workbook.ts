import { check, didYouMean } from "../../../util/check.js";
import { excerpt } from "../../../util/shown.js";
import { list } from "../../names.js";
import { listZip, unzip, type ZipEntry } from "../numpy/zip.js";
import { type DateForm, dateForm } from "./dates.js";
import { readXml } from "./xml.js";

/** A workbook whose sheets are not read yet (ECMA-376, SpreadsheetML). */
export interface Workbook {
  /** The sheet that is read. */
  readonly sheet: string;
  /** The texts that cells refer to. */
  readonly texts: readonly string[];
  /** How numbers of a style are written, where they are dates. */
  readonly dates: readonly (DateForm | undefined)[];
  /** Whether days are counted from 1904. */
  readonly from1904: boolean;
  /** Whether a spreadsheet program is yet to compute its formulas, once it opens it: some that write workbooks cannot, and leave their values 0. */
  readonly uncomputed: boolean;
  /** That it is the first of several, where that was not asked for. */
  readonly notes: string[];
  /** The sheet's XML. */
  readonly xml: Uint8Array;
}

/** A sheet of numbers and texts; others are charts. */
interface Sheet {
  readonly name: string;
  readonly path: string;
  readonly hidden: boolean;
}

const BOOK = "xl/workbook.xml";

/**
 * Opens a workbook and finds the sheet of a name, or the first that is not hidden. All that is unpacked together is at most `maxBytes`. Throws on
 * other archives, on workbooks of the binary kind (.xlsb), and where there is no such sheet.
 */
export async function openWorkbook(
  bytes: Uint8Array,
  where: string,
  asked: string | undefined,
  maxBytes: number,
): Promise<Workbook> {
  const entries = new Map<string, ZipEntry>(listZip(bytes, where).map((entry) => [entry.name, entry]));
  check(!entries.has("xl/workbook.bin"), where, () => "a binary workbook (.xlsb), which is not read; save it as .xlsx or .csv");
  let left = maxBytes;
  const unpack = async (path: string) => {
    const entry = entries.get(path);
    check(entry !== undefined, where, () => `part "${excerpt(path)}" is missing; is it a workbook (.xlsx)?`);
    const unpacked = await unzip(entry, where, left);
    left -= unpacked.length;
    return unpacked;
  };
  const parts = readRelations(await unpack("xl/_rels/workbook.xml.rels"), where);
  const { sheets, from1904, uncomputed } = readBook(await unpack(BOOK), parts, where);
  const shown = sheets.find(({ hidden }) => !hidden);
  const sheet = asked === undefined ? shown : sheets.find(({ name }) => name === asked);
  const names = sheets.map(({ name }) => name);
  check(sheet !== undefined, where, () => {
    return `no sheet ${asked === undefined ? "is shown" : `"${excerpt(asked)}"`}; ${didYouMean(asked ?? "", names)}it has ${list(names.map(excerpt)) || "none"}`;
  });
  const first = `sheet "${excerpt(sheet.name)}" is read, the first of ${names.length}: ${list(names.map(excerpt))} (option sheet)`;
  const pathOf = (kind: string) => [...parts.values()].find((part) => part.kind === kind)?.path;
  const [texts, styles] = [pathOf("sharedStrings"), pathOf("styles")];
  return {
    sheet: sheet.name,
    texts: texts === undefined || !entries.has(texts) ? [] : readTexts(await unpack(texts), `${where}: ${texts}`),
    dates: styles === undefined || !entries.has(styles) ? [] : readStyles(await unpack(styles), `${where}: ${styles}`),
    from1904,
    uncomputed,
    notes: asked === undefined && names.length > 1 ? [first] : [],
    xml: await unpack(sheet.path),
  };
}

/** The parts of a workbook by their ID: what they are, and where. */
type Parts = ReadonlyMap<string, { readonly kind: string; readonly path: string }>;

function readRelations(xml: Uint8Array, where: string): Parts {
  const parts = new Map<string, { kind: string; path: string }>();
  readXml(xml, `${where}: the relations of its workbook`, {
    open(name, attribute) {
      const [id, type, target] = ["Id", "Type", "Target"].map(attribute);
      if (name !== "Relationship" || !id || !type || !target) return;
      const path = target.startsWith("/") ? target.slice(1) : `xl/${target}`;
      parts.set(id, { kind: type.slice(type.lastIndexOf("/") + 1), path });
    },
  });
  return parts;
}

function readBook(xml: Uint8Array, parts: Parts, where: string) {
  const sheets: Sheet[] = [];
  let [from1904, uncomputed] = [false, false];
  readXml(xml, `${where}: ${BOOK}`, {
    open(name, attribute) {
      if (name === "workbookPr") from1904 = isOn(attribute("date1904"));
      if (name === "calcPr") uncomputed = isOn(attribute("fullCalcOnLoad"));
      const part = name === "sheet" ? parts.get(attribute("r:id") ?? "") : undefined;
      if (part?.kind !== "worksheet") return;
      sheets.push({ name: attribute("name") ?? "", path: part.path, hidden: (attribute("state") ?? "visible") !== "visible" });
    },
  });
  return { sheets, from1904, uncomputed };
}

/** Whether a switch of SpreadsheetML is on. */
export const isOn = (value: string | undefined): boolean => value === "1" || value === "true";

/** A text as cells have it, of which characters may be escaped: "_x000A_". */
export const unescapeText = (text: string): string =>
  text.includes("_x") ? text.replace(/_x([0-9a-fA-F]{4})_/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16))) : text;

function readTexts(xml: Uint8Array, where: string): string[] {
  const texts: string[] = [];
  let [text, phonetic] = ["", 0];
  readXml(xml, where, {
    open(name) {
      if (name === "si") text = "";
      if (name === "rPh") phonetic++;
    },
    close(name, part) {
      if (name === "t" && phonetic === 0) text += unescapeText(part);
      if (name === "rPh") phonetic--;
      if (name === "si") texts.push(text);
    },
  });
  return texts;
}

function readStyles(xml: Uint8Array, where: string): (DateForm | undefined)[] {
  const codes = new Map<string, string>();
  const dates: (DateForm | undefined)[] = [];
  let inside = false;
  readXml(xml, where, {
    open(name, attribute) {
      if (name === "numFmt") codes.set(attribute("numFmtId") ?? "", attribute("formatCode") ?? "");
      if (name === "cellXfs") inside = true;
      const id = attribute("numFmtId") ?? "";
      if (name === "xf" && inside) dates.push(dateForm(Number(id), codes.get(id)));
    },
    close(name) {
      if (name === "cellXfs") inside = false;
    },
  });
  return dates;
}
