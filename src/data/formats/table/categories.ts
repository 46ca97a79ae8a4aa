import { check } from "../../../util/check.js";
import { crc32c } from "../../../util/crc32.js";
import { excerpt } from "../../../util/shown.js";
import { list } from "../../names.js";
import type { ReadOptions } from "../read-options.js";
import { basesOf } from "./category-names.js";
import { isMissing } from "./cells.js";
import { areBooleans, nameField, textsOf } from "./fields.js";
import type { Roles } from "./roles.js";

/** Levels that become a feature each, at most, and features of a column that is hashed. */
const [MOST_LEVELS, BUCKETS] = [50, 32];

/** What options say of columns of texts. */
export type CategoryOptions = Pick<ReadOptions, "categories" | "levels" | "unknownLevels" | "featureNames">;

/** A feature of a table: a column as it stands, or what is made of the text of one. */
export interface TableFeature {
  readonly column: number;
  readonly name?: string;
  /** NaN of a level that is to be taken for missing; throws of one that is unknown otherwise. */
  value?(text: string): number;
}

/** The features of a table, those that columns of texts become among them, and what to tell of these. */
export function tableFeatures(roles: Roles, options: CategoryOptions, where: string, notes: string[]): TableFeature[] {
  const { features, kinds, names } = roles;
  const orders = ordersOf(options.levels ?? [], where);
  const known = new Map<string, string[]>();
  for (const name of options.featureNames ?? [])
    for (const base of basesOf(name)) known.set(base, [...(known.get(base) ?? []), name]);
  const made = features.flatMap((column): TableFeature[] => {
    const name = names?.[column];
    const { text, missing, count } = kinds[column];
    const plain = [{ column, ...(name !== undefined && { name }) }];
    if (text + missing < count || areBooleans(kinds[column])) return plain;
    const trained = name === undefined ? undefined : known.get(name);
    if (trained) return trained.map((one) => ofModel(roles, column, one, trained, options, where));
    if (text === 0 || options.featureNames) return plain;
    const order = orders.get(name ?? "");
    if (!order && options.categories === undefined) return plain; // refused where texts are
    check(order !== undefined || options.categories !== "ordinal", where, () => {
      return `${nameField(roles, column)} holds texts without an order; give it with option levels, from the least on`;
    });
    check(name !== undefined, where, () => {
      return `${nameField(roles, column)} holds texts, and no names: categories go by the names of columns; give the table a header`;
    });
    orders.delete(name);
    return ofTexts(roles, column, order, options, where);
  });
  const [unused] = orders.keys();
  check(unused === undefined || options.featureNames !== undefined, where, () => {
    return `option levels names "${unused}", which is no column of texts`;
  });
  const told = new Map(made.filter(({ value }) => value).map(({ column }) => [column, 0]));
  for (const { column } of made) if (told.has(column)) told.set(column, (told.get(column) ?? 0) + 1);
  const parts = Array.from(told, ([column, count]) => {
    const [first] = made.filter((one) => one.column === column);
    return count === 1 ? `"${first.name}"` : `${names?.[column]} (${count} features, from "${first.name}")`;
  });
  if (parts.length > 0) notes.push(`texts of ${parts.length} columns are features: ${list(parts)}`);
  return made;
}

/** The features of a column of texts in training. */
function ofTexts(
  roles: Roles,
  column: number,
  order: readonly string[] | undefined,
  { categories, unknownLevels }: CategoryOptions,
  where: string,
) {
  const name = roles.names?.[column] as string;
  const levels = levelsOf(roles, column);
  if (order) {
    const feature = `${name}: ${order.join(" < ")}`;
    return [ofModel(roles, column, feature, [feature], { unknownLevels }, where)];
  }
  if (categories === "hashed") {
    const buckets = [...new Set(levels.map(bucketOf))].sort((a, b) => a - b);
    const made = buckets.map((bucket) => `${name} #${bucket} of ${BUCKETS}`);
    return made.map((one) => ofModel(roles, column, one, made, {}, where));
  }
  check(levels.length <= MOST_LEVELS, where, () => {
    return `${nameField(roles, column)} holds ${levels.length} different texts, and one-hot makes a feature of each, of at most ${MOST_LEVELS}: take categories hashed, or leave it out with option ignore`;
  });
  const made = levels.map((level) => `${name}=${level}`);
  return made.map((one) => ofModel(roles, column, one, made, { unknownLevels }, where));
}

/** A feature by its name, one of `all` that are made of the column. */
function ofModel(
  roles: Roles,
  column: number,
  name: string,
  all: readonly string[],
  { unknownLevels }: CategoryOptions,
  where: string,
): TableFeature {
  const base = roles.names?.[column] as string;
  const rest = name.slice(base.length);
  const hashed = /^ #(\d+) of \d+$/.exec(rest);
  if (hashed) return feature(column, name, (level) => Number(bucketOf(level) === Number(hashed[1])));
  const order = rest.startsWith(": ") ? rest.slice(2).split(" < ") : undefined;
  const levels = order ?? all.map((one) => one.slice(base.length + 1));
  return feature(column, name, (level) => {
    if (levels.includes(level)) return order ? order.indexOf(level) : Number(rest === `=${level}`);
    check(unknownLevels === "missing", where, () => {
      return `${nameField(roles, column)} holds "${excerpt(level)}", which is none of the known: ${list(levels)}; correct it, or take unknown ones for missing values (option unknownLevels: missing)`;
    });
    return Number.NaN;
  });
}

const feature = (column: number, name: string, value: (level: string) => number): TableFeature => ({
  column,
  name,
  value: (text) => (isMissing(text) ? Number.NaN : value(text.trim())),
});

/** The different texts of a column, in order of their UTF-16 code units. */
function levelsOf(roles: Roles, column: number): string[] {
  const texts = textsOf(roles, column).filter((text) => !isMissing(text));
  return [...new Set(texts.map((text) => text.trim()))].sort();
}

const bucketOf = (level: string): number => crc32c(new TextEncoder().encode(level)) % BUCKETS;

/** The levels of columns in their order, of texts such as "size=low|mid|high". */
function ordersOf(given: readonly string[], where: string): Map<string, readonly string[]> {
  return new Map(
    given.map((text) => {
      const at = text.indexOf("=");
      const levels = text.slice(at + 1).split("|");
      const fits = at > 0 && levels.length > 1 && levels.every((level) => level !== "" && !level.includes(" < "));
      check(fits && new Set(levels).size === levels.length, where, () => {
        return `option levels: "${excerpt(text)}" is no column with its levels, the lowest first; give e.g. "size=low|mid|high"`;
      });
      return [text.slice(0, at), levels];
    }),
  );
}
