import type { Part } from "./read-options.js";

/** Names that samples and labels are looked for by when none is given, the first first, regardless of case. */
const USUAL = {
  x: "X x_train train_x train_images train_data data features samples arr_0 fea x_test test_x test_images test_data".split(" "),
  y: "y y_train train_y train_labels labels label targets target arr_1 gnd class classes y_test test_y test_labels".split(" "),
} as const;

/** What else their names are made of, beside the set that they are of, the first first: X_tr, imagesTrain, dev_inputs. */
const WORDS = {
  x: ["x", "images", "imgs", "data", "features", "samples", "inputs", "input"],
  y: ["y", "labels", "label", "targets", "target", "classes", "class", "outputs", "output"],
} as const;

const SETS: readonly (readonly [Part, string])[] = [
  ["train", "training|train|trn|tr"],
  ["test", "testing|test|tst|ts|te"],
  ["validation", "validation|validate|valid|val|va|development|dev"],
];
const ANY = SETS.map(([, words]) => words).join("|");
const GLUED = new RegExp(`^(?:(${ANY})([xy])|([xy])(${ANY}))$`);

/** What a name says: the set that it is of, if any, and its other words. */
function meaning(name: string): { part: Part | undefined; rest: string } {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .flatMap((word) => GLUED.exec(word)?.slice(1).filter(Boolean) ?? [word]);
  const partOf = (word: string) => SETS.find(([, pattern]) => new RegExp(`^(?:${pattern})$`).test(word))?.[0];
  const found = new Set(words.map(partOf).filter((part) => part !== undefined));
  return {
    part: found.size === 1 ? [...found][0] : undefined,
    rest: words.filter((word) => partOf(word) === undefined && word !== "set").join(" "), // train_set_x
  };
}

/** Other sets than that of training. */
const OTHERS = ["test", "validation"] as const;

/** What messages call the names of a role: "X, x_train, ..." */
export const listUsual = (role: "x" | "y"): string => USUAL[role].join(", ");

/** The names, as they stand among `names`, that samples (x) or labels (y) usually have: likely ones first, and those of a training set before others. */
export function usualNames(role: "x" | "y", names: readonly string[]): string[] {
  const known = USUAL[role].flatMap((usual) => {
    const alike = names.filter((name) => name.toLowerCase() === usual.toLowerCase());
    return alike.includes(usual) ? [usual, ...alike.filter((name) => name !== usual)] : alike;
  });
  const sets: readonly (Part | undefined)[] = ["train", undefined, "test", "validation"];
  const rank = (name: string) => {
    const { part, rest } = meaning(name);
    const at = (WORDS[role] as readonly string[]).indexOf(rest);
    return at < 0 ? -1 : sets.indexOf(part) * WORDS[role].length + at;
  };
  const others = names.filter((name) => !known.includes(name) && rank(name) >= 0);
  return [...known, ...others.sort((a, b) => rank(a) - rank(b))];
}

/** Whether a name is a usual one of samples or labels, or ends in one beside the name of a dataset: mnist_train_labels, y2. */
export function isUsual(role: "x" | "y", name: string): boolean {
  const last = meaning(name)
    .rest.replace(/[\d ]+$/, "")
    .split(" ")
    .at(-1);
  return usualNames(role, [name, last ?? ""]).length > 0;
}

/** The names, as they stand among `names`, that mean one of `usual` ("sample ids") of a set; of the training set those that name none, too. */
export function namesOf(usual: readonly string[], names: readonly string[], part: Part = "train"): string[] {
  const found = names.filter((name) => (meaning(name).part ?? "train") === part && usual.includes(meaning(name).rest));
  return found.sort((a, b) => usual.indexOf(meaning(a).rest) - usual.indexOf(meaning(b).rest));
}

/** Whether a name says that it is of another set than that of training. */
export function isOfOtherSet(name: string): boolean {
  return /test/i.test(name) || OTHERS.some((part) => part === meaning(name).part);
}

/**
 * The name, among `names`, of what belongs to a test or validation set where `name` belongs to the training set, or to none: x_test for x_train and
 * for x, testY for trainY, X_te for X_tr, mnist_val_images for mnist_train_images. Undefined where there is none.
 */
export function nameOfPart(name: string, names: readonly string[], part: Part): string | undefined {
  const own = meaning(name);
  const ofOther = !/train/i.test(name) && own.part !== undefined && own.part !== "train";
  if (part === "train" || ofOther) return undefined;
  const plainly = name.toLowerCase().replace(/train(ing)?/, part);
  const exact = plainly === name.toLowerCase() ? undefined : names.find((other) => other.toLowerCase() === plainly);
  const alike = (other: string) => {
    const { part: set, rest } = meaning(other);
    return set === part && rest === own.rest;
  };
  return exact ?? names.find(alike);
}

/** What has taken a role: its name, and `of` which name of the training set it takes the place. */
export interface Taken {
  readonly name: string;
  readonly of?: string;
}

/** What another set than that of training is called: "x_val, y_val"; undefined for that. */
export const setName = (taken: readonly Taken[]): string | undefined =>
  taken.some(({ of }) => of !== undefined) ? taken.map(({ name }) => name).join(", ") : undefined;

/** The test and validation sets among `names`: those of which all that is taken has fellows. Notes tell of what has no use, as the rest of its set lacks. */
export function setsBeside(taken: readonly Taken[], names: readonly string[], notes: string[]): Part[] {
  return OTHERS.filter((part) => {
    const fellows = taken.map(({ name, of = name }) => nameOfPart(of, names, part));
    const lacking = taken[fellows.indexOf(undefined)];
    const found = fellows.filter((name) => name !== undefined);
    if (lacking && found.length > 0 && setName(taken) === undefined)
      notes.push(`${found.join(", ")} is not used: the file has no ${part} set, as nothing like it is there for ${lacking.name}`);
    return !lacking && found.length > 0;
  });
}

/** A note of what the training set has under a name of its own, where `name`, which names no set, is taken: none, or one. */
export function passedOver(name: string, names: readonly string[]): string[] {
  const { part, rest } = meaning(name);
  const other = part === undefined && names.find((one) => meaning(one).part === "train" && meaning(one).rest === rest);
  return other ? [`${name} is taken, and not ${other}, which is there too`] : [];
}
