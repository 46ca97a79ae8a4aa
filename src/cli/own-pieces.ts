import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { ModelFormat } from "../io/formats/format.js";
import { MODEL_FORMAT } from "../io/formats/schema.js";
import { checkPieces, isBuiltIn, kindOfPiece, type OwnPiece, withParts } from "../methods/pieces.js";
import { isPieceSchema } from "../options/piece.js";
import { FLAT } from "../train/flat-options.js";
import { CoppiceError, check, unknownName } from "../util/check.js";
import { flagName } from "./command.js";
import { guardPiece } from "./guard-piece.js";
import { word } from "./options.js";

/** The file that own pieces come from. Nothing that is read names one: whoever writes the command says whose code runs. */
export const PIECES = {
  pieces: word(
    "FILE.js",
    "module whose exports are pieces of your own, which other options and models may name; its code runs with your rights",
  ),
};

/** The words of a command that get it own pieces from a file. */
export const piecesWords = (path: string | undefined): string[] => (path === undefined ? [] : ["--pieces", path]);

/** What a module exports. */
export interface Own {
  readonly pieces: readonly OwnPiece[];
  readonly formats: readonly ModelFormat[];
}

/** Kinds of pieces beside those of training. */
const KINDS = [MODEL_FORMAT];

/** The exports of a module, none where no path is given. Throws a usage error where it cannot be run, or exports what is no piece. */
export async function loadOwn(path: string | undefined): Promise<Own> {
  if (path === undefined) return { pieces: [], formats: [] };
  const file = resolve(path);
  check(existsSync(file) && statSync(file).isFile(), "--pieces", () => `${path} is no file; name a JavaScript module`);
  let exported: Readonly<Record<string, OwnPiece | ModelFormat>>;
  try {
    exported = await import(/* @vite-ignore */ pathToFileURL(file).href);
  } catch (error) {
    throw new CoppiceError(`--pieces: ${path} cannot be run: ${error instanceof Error ? error.message : String(error)}`);
  }
  const all = Object.values(exported);
  const titles = Object.keys(exported).map((name) => `export ${name}`);
  check(all.length > 0, "--pieces", () => `${path} exports nothing; export a piece, such as: export const mine = { ... }`);
  checkPieces(all, `--pieces: ${path}`, titles, KINDS);
  const own = all.map((piece) => guardPiece(piece, `${kindOfPiece(piece, KINDS)?.what} "${piece.name}"`, isBuiltIn));
  const isFormat = (piece: OwnPiece | ModelFormat): piece is ModelFormat => MODEL_FORMAT.isOne(piece);
  return { pieces: own.filter((piece) => !isFormat(piece)), formats: own.filter(isFormat) };
}

/** The pieces among the exports of a module, for what neither reads nor writes models. */
export const loadPieces = async (path: string | undefined): Promise<readonly OwnPiece[]> => (await loadOwn(path)).pieces;

/** Throws a usage error, with the nearest name, where an option names a piece that is neither built in nor among these. */
export function checkNames(values: object, pieces: readonly OwnPiece[]): void {
  for (const [key, value] of Object.entries(values)) {
    const schema = FLAT.find(({ name }) => name === key)?.schema;
    if (value === undefined || !schema || !isPieceSchema(schema)) continue;
    const names = [
      ...Object.keys(schema.builtIn),
      ...withParts(pieces)
        .filter(schema.isOne)
        .map(({ name }) => name),
    ];
    check(names.includes(value), flagName(key), () => {
      return `${unknownName(value, names)}; one of your own comes with --pieces FILE.js`;
    });
  }
}
