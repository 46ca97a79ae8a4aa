import { isRecord, unknownName } from "../util/check.js";
import { shown } from "../util/shown.js";
import type { Given, Options } from "./option.js";
import { checkedBy, custom, optional, problemOf, record, type Schema, text } from "./schema.js";

/** A choice that is an object with behaviour of its own. */
interface Piece {
  readonly name: string;
}

/** A kind of pieces: a name of one that is built in, or an object of the user's own. */
export interface PieceSchema<K extends string = string, P extends Piece = Piece> extends Schema<K | P> {
  /** What one is called. */
  readonly what: string;
  readonly builtIn: Readonly<Record<K, P>>;
  /** The piece as configs hold it: the name of a built-in one, or an object whose JSON is its name. */
  settle(piece: K | P): K | P;
  /** What is wrong with an object as a piece of this kind. */
  problem(piece: unknown): string | undefined;
  /** Whether an object is meant as one: it has a field of this kind alone. */
  isOne(piece: object): boolean;
}

/** What a kind of pieces has beside a name. */
interface Kind<P> {
  /** Every field, with what it may be. Others are refused: a misspelt one would be silent. */
  readonly fields: Readonly<Record<Exclude<keyof P & string, "name">, Schema<unknown>>> & { readonly name?: Schema<string> };
  /** The fields that tell an object of this kind, of which one is enough, unless it has one of these others. */
  readonly told: readonly (keyof P & string)[];
  readonly unless?: readonly string[];
  /** What else is wrong with a piece whose fields fit. */
  readonly problem?: (piece: P) => string | undefined;
}

/** Names stand in files, flags and keys of suites. */
const NAME = text(/^[A-Za-z][\w.-]*$/, 'a name: a letter, then letters, digits, "-", "_" and "."');

/** A function. */
export const callable = custom<() => void>((value) => typeof value === "function", "a function");

/** WGSL that has these functions. */
export function wgslOf(...names: string[]): Schema<string> {
  const has = (value: unknown, name: string) => typeof value === "string" && new RegExp(`\\bfn\\s+${name}\\s*\\(`).test(value);
  return custom((value) => names.every((name) => has(value, name)), `WGSL that has a function ${names.join(" and a function ")}`);
}

/** Of one's own piece: its SIMD form would be that of a built-in one, which computes another thing. */
export const noSimd = optional(
  custom<undefined>((value) => value === undefined, "left out, as SIMD forms are those of built-in pieces"),
);

/** A piece: the name of one of `builtIn`, or an object of the user's own with a name that is none of these. */
export function pieceOf<K extends string, P extends Piece>(
  what: string,
  builtIn: Readonly<Record<K, P>>,
  { fields, told, unless = [], problem: more }: Kind<P>,
): PieceSchema<K, P> {
  const names = Object.keys(builtIn) as K[];
  const all: Readonly<Record<string, Schema<unknown>>> = { name: NAME, ...fields };
  const takes = `one of ${names.join(", ")}, or an object of your own`;
  const isBuiltIn = (piece: object) => (Object.values(builtIn) as object[]).includes(piece);
  const problem = (value: unknown): string | undefined => {
    if (typeof value === "string")
      return Object.hasOwn(builtIn, value)
        ? undefined
        : `${unknownName(value, names)}; if it is your own, hand it in by pieces (--pieces FILE.js)`;
    if (!isRecord(value)) return `${shown(value)} is not ${takes}`;
    if (isBuiltIn(value)) return undefined;
    const misspelt = Object.keys(value).find((key) => !Object.hasOwn(all, key));
    if (misspelt !== undefined) return `${shown(value.name)}: field ${unknownName(misspelt, Object.keys(all))}`;
    const wrong = problemOf(record(all), value);
    if (wrong) return `${shown(value.name)}: ${wrong.at}: ${wrong.message}`;
    if (Object.hasOwn(builtIn, value.name as string)) return `"${value.name}" is the name of a built-in ${what}; take another`;
    const found = more?.(value as unknown as P);
    return found && `"${value.name}": ${found}`;
  };
  return {
    kind: "name",
    takes,
    names,
    what,
    builtIn,
    problem,
    isOne: (piece) => told.some((key) => key in piece) && !unless.some((key) => key in piece),
    settle: (piece) => (typeof piece === "string" ? piece : isBuiltIn(piece) ? (piece.name as K) : named(piece)),
    valibot: checkedBy<K | P>(problem, takes).valibot,
  };
}

/** The piece as configs hold it: JSON of it is its name, which is what files say of it. */
function named<P extends Piece>(piece: P): P {
  if ("toJSON" in piece) return piece;
  return Object.create(piece, { toJSON: { value: () => piece.name } }); // may be an instance of a class: nothing is copied
}

/** The piece of that name, or itself. */
export function findPiece<K extends string, P extends Piece>(builtIn: Readonly<Record<K, P>>, piece: K | P): P {
  return typeof piece === "string" ? builtIn[piece] : piece;
}

/** The name of a piece that is named or given. */
export function nameOf(piece: string | Piece): string {
  return typeof piece === "string" ? piece : piece.name;
}

/** Values with the pieces that they name, if these are among `pieces` and not built in. */
export function withPieces<O extends Options, V extends Given<O>>(options: O, values: V, pieces: readonly Piece[]): V {
  if (!isRecord(values)) return values; // checks of its kind come later
  const found = Object.entries(options).flatMap(([key, { schema }]) => {
    const name = values[key];
    if (!isPieceSchema(schema) || typeof name !== "string") return [];
    const piece = pieces.find((one) => one.name === name && schema.isOne(one));
    return piece ? [[key, piece]] : [];
  });
  return found.length > 0 ? { ...values, ...Object.fromEntries(found) } : values;
}

/** Whether an option takes pieces. */
export function isPieceSchema(schema: Schema<unknown>): schema is PieceSchema {
  return "builtIn" in schema;
}
