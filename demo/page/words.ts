import type { TaskName } from "../../src/api/extend.js";
import { capital } from "./format.js";
import { LEARNING } from "./learning.js";

const learn = (task: TaskName) => `choose "${LEARNING[task].text}" in "What to learn"`;

/** What the library's options are called in this page. */
const CONTROLS: readonly (readonly [RegExp, string | ((...parts: string[]) => string)])[] = [
  [/(a number to predict is a regression): name its column with option target\b/g, `$1: ${learn("regression")}`],
  [
    /(say so: |take |if they are classes, )(?:--)?task (regression|classification|multi-label)\b/g,
    (_, before, task) => `${before.startsWith("if") ? before : ""}${learn(task as TaskName)}`,
  ],
  [/, give makeDataset targets( of both)?\b/g, ""],
  [/\bname the columns of numbers with option target\b/g, 'choose the columns of numbers in "Columns to learn"'],
  [/\bname the columns of 0 and 1 with option target\b/g, 'choose the columns of 0 and 1 in "Columns to learn"'],
  [/\bname their columns with options time and event\b/g, 'choose their columns in "Time" and "Event"'],
  [/\boption labelSeparator\b/g, '"What parts them"'],
  [/\boption target\b/g, '"Columns to learn"'],
  [/\boption (time|event)\b/g, (_, which) => `"${capital(which)}"`],
  [/, or make numbers of it with option categories\b/g, "; the command line and the library make numbers of it"],
  [/; raise it with option maxBytes \(--max-bytes\)/g, ""],
  [/ \(X\.npy,y\.npy\), or say that there are none \(option label: null, --no-label\)/g, ""],
  [/\bname it with option label, id, group or ignore\b/g, 'choose it in "Labels", "Sample IDs", "Group" or "Leave out"'],
  [/\bleave it out with option ignore\b/g, 'choose it in "Leave out"'],
  [/\bsay which with option header \(--header or --no-header\)/g, 'choose which in "Names of features"'],
  [/\bsay so with option header: --header\b/g, 'choose so in "Names of features"'],
  [/\bsay so with option header\b/g, 'choose so in "Names of features"'],
  [/\boption labels\b/g, '"Labels in a second file"'],
  [/\boption label\b/g, '"Labels"'],
  [/\boption id\b/g, '"Sample IDs"'],
  [/\boption group\b/g, '"Group"'],
  [/\boption sampleWeight\b/g, '"Weights"'],
  [/\boption ignore\b/g, '"Leave out"'],
  [/\boption header\b/g, '"Names of features"'],
  [/\boption x\b/g, '"Variable of samples"'],
  [/\boption y\b/g, '"Variable of labels"'],
  [/\boption orientation\b/g, '"Samples are"'],
  [/ \((option )?missing: [a-z-]+( or [a-z-]+)?\)/g, ""],
];

/** A message of the library on reading a file, in the words of the page's controls. */
export function explain(message: string): string {
  return CONTROLS.reduce(
    (text, [option, control]) => (typeof control === "string" ? text.replace(option, control) : text.replace(option, control)),
    message,
  );
}

/** A message on a file to be predicted: there the page asks for nothing but what its last column is. */
export function explainPrediction(message: string): string {
  return message
    .replace(/: name it with option label, id, group or ignore, or make [^)]*\)/g, ": remove it from the file)")
    .replace(/: name it with option label, id, group or ignore\b/g, ": remove it from the file")
    .replace(/: if it is no sample, leave it out with option ignore\b/g, ": remove it from the file, if it is no sample")
    .replace(/; say which with option header \(--header or --no-header\)/g, '; choose which in "Its first line"')
    .replace(/, say so with option header(: --header)?/g, ', choose so in "Its first line"')
    .replace(/; a number to predict is a regression: .*$/, "")
    .replace(/; say which (row|column) is, with option label, or give the labels in a file \(option labels\)/g, "")
    .replace(
      / \(option missing: .*$/,
      "; remove those samples or fill the values in: this model was trained without missing values",
    );
}

/** A message on finding the best model, in the words of its controls. */
export function explainFit(message: string): string {
  return explain(message)
    .replace(/^budget: /, "Time: ")
    .replace(/\bgive at least (\d+)s/, (_, seconds) => `give at least ${Math.ceil(Number(seconds) / 6) / 10} minutes`)
    .replace("give --estimate none, or more", 'choose "none" in "Estimate", or give more')
    .replace("give --estimate none, or other", 'choose "none" in "Estimate", or take other')
    .replace(/(give )?--estimate none/, 'choose "none" in "Estimate"')
    .replace(" (--group)", "");
}
