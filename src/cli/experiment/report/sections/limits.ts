import { CATALOGUE } from "../../../../data/catalogue.js";
import { completeness, summarizeRuns } from "../../../../experiment/analysis/missing.js";
import type { SuiteConfig } from "../../../../experiment/config.js";
import { SUITES } from "../../../../experiment/suite.js";
import { type Block, code, heading, list, note, tableOf, text, warning } from "../blocks.js";
import type { ReportInput } from "../input.js";

/** One line at the head of the report when it is of a part, or when runs failed; nothing when it is whole. */
export function partNotice({ config, results, failed }: ReportInput): Block[] {
  const { planned, done, failed: lost, missing } = completeness(config, results, failed);
  if (done === planned) return [];
  const seeList = 'the list is under "Failed and missing runs"';
  if (missing.length === 0) {
    const what = `${lost} of ${planned} planned runs failed, ${done} have results`;
    return [warning(`${what}. Everything below is of those that have; ${seeList}.`)];
  }
  return [
    warning(
      `This report is of a part: ${done} of ${planned} planned runs have results, ${lost} failed, ${missing.length} are missing. What follows may change; ${seeList}.`,
    ),
  ];
}

/** Failed runs with their reasons, and those without any trace. */
export function failuresSection({ config, results, failed }: ReportInput): Block[] {
  const { missing, planned, done } = completeness(config, results, failed);
  const keys = new Set(results.map(({ key }) => key));
  const lost = failed.filter(({ key }) => !keys.has(key));
  return [
    heading("Failed and missing runs"),
    text(`${done} of ${planned} planned runs have results.`),
    ...(lost.length > 0
      ? tableOf(
          ["failed run", "reason"],
          lost.map(({ key, reason }) => [key, reason]),
        )
      : [note("No run failed.")]),
    ...(missing.length > 0
      ? [note("Missing, by study and dataset:"), ...list(summarizeRuns(missing, config))]
      : [note("No run is missing.")]),
  ];
}

const NOT_MATCHED = [
  "The paper is Liu, Mocanu and Pechenizkiy 2019, arXiv 1906.11626; its hyper-parameters are not public here. Widths, epsilon, epochs, optimiser, and the schedule and score of neuron removal are choices of this suite; what fails here fails for these choices.",
  "Its splits and its figures' numbers are not at hand, so no number of it is repeated or compared.",
  "One choice from a small grid of learning rates and decays; other optimisers, activations, dropout and early stopping were not tried.",
  "Preprocessing was not tuned: every feature is standardised by the training part, for every method alike. Other data may call for other ways, such as texts for their raw counts.",
];

/** Of the built-in suite. */
const NOT_MATCHED_HERE = [
  "Five datasets that this literature uses most (lung, Carcinom, CLL_SUB_111, GLI_85, SMK_CAN_187) are not among these.",
  "Networks and training are sized for two cores; wider networks and longer training may rank otherwise (see the study at 1000-1000-1000 and which curves have flattened).",
];

const CAVEATS: readonly { readonly datasets: readonly string[]; readonly text: string }[] = [
  {
    datasets: ["COIL20"],
    text: "COIL20 photographs each object every 5 degrees. A random split puts neighbours of most test views into the training part, so its accuracies say how well a method interpolates between almost equal pictures.",
  },
  {
    datasets: ["leukemia", "ALLAML"],
    text: "leukemia and ALLAML are the same 72 patients in the same order, once discretised and once not. They are two views of one dataset and count as one.",
  },
  {
    datasets: ["ORL", "orlraws10P"],
    text: "orlraws10P shows ten of the people of ORL at a higher resolution. The two count as one.",
  },
  {
    datasets: ["madelon"],
    text: "480 of madelon's 500 features are noise; fully connected networks score little above chance on it, so that methods may differ there by how they happen to be wrong.",
  },
  {
    datasets: ["lymphoma"],
    text: "Two classes of lymphoma have 2 samples; a split trains on one and tests on one.",
  },
  {
    datasets: ["PCMAC"],
    text: "PCMAC is counts of words, which standardising does not suit: on raw counts set reached a validation accuracy of 0.86 to 0.89 by learning rate, standardised 0.77 (docs/accuracy.md of coppice, one split). Methods may rank otherwise there.",
  },
  {
    datasets: ["USPS", "mnist", "fashion-mnist"],
    text: "USPS, mnist and fashion-mnist have one fixed split each: their intervals are about seeds and test samples, not about other training samples. mnist is a drawn subset of 5,000 and 1,000 samples, fashion-mnist the published one of 2,000 and 1,000.",
  },
];

/** What could not be matched to the paper, and what is peculiar to the data. */
export function caveatsSection({ name, datasets }: SuiteConfig): Block[] {
  const names = datasets.map((dataset) => dataset.name);
  return [
    heading("What could not be matched to the paper"),
    ...list(Object.hasOwn(SUITES, name) ? [...NOT_MATCHED, ...NOT_MATCHED_HERE] : NOT_MATCHED),
    heading("Caveats of the data"),
    ...list([
      ...CAVEATS.filter((caveat) => caveat.datasets.some((name) => names.includes(name))).map((caveat) => caveat.text),
      "Random splits of one dataset overlap; the corrected variance allows for it, but it is an approximation.",
      "The signed-rank test takes the datasets for a sample of independent tasks. They are a collection at hand, not a sample of anything.",
    ]),
  ];
}

/** The config and how to run everything, or one row, again. */
export function againSection({ config, command, results }: ReportInput): Block[] {
  const versions = [...new Set(results.map(({ version }) => version))];
  return [
    heading("Again"),
    text("The whole suite:"),
    code(command),
    text("Its times, when nothing else runs, and then this report:"),
    code(
      `${command.replace("experiment", "experiment times")}\ncoppice experiment report runs/${config.name} --to docs/${config.name}`,
    ),
    text(`In a clone of coppice every command begins with npx. ${dataOrigin(config)}`),
    text(
      `Every row of runs.csv holds the command that runs it alone, with the same numbers to the last digit on the same device and plan. These results are of coppice ${versions.join(", ") || "(no run yet)"}.`,
    ),
    heading("Config", 3),
    code(configText(config)),
  ];
}

/** Where the data of a suite come from. */
function dataOrigin({ datasets }: SuiteConfig): string {
  const names = datasets.map(({ data }) => data);
  const fetched = names.filter((name) => CATALOGUE.some((entry) => entry.name === name && entry.files.length > 0));
  const others = names.filter((name) => !CATALOGUE.some((entry) => entry.name === name));
  return [
    "Data are looked up by name in the folder that COPPICE_DATA names, else in ./data.",
    ...(fetched.length > 0
      ? [`coppice datasets fetch NAME puts them there, or says how to where there is no public address: ${fetched.join(", ")}.`]
      : []),
    ...(names.includes("digits") ? ["digits is part of coppice."] : []),
    ...(others.length > 0 ? [`Of your own, beside the suite's file or there: ${others.join(", ")}.`] : []),
  ].join(" ");
}

/** JSON with a line a setting and a line a dataset; long index lists of fixed splits are shortened. */
function configText({ datasets, ...config }: SuiteConfig): string {
  const shorten = (value: unknown): unknown =>
    Array.isArray(value) && value.length > 24 ? [...value.slice(0, 3), `... ${value.length} in all`] : value;
  const line = (value: unknown) => JSON.stringify(value, (_, inner: unknown) => shorten(inner));
  const settings = Object.entries(config).map(([name, value]) => `  ${JSON.stringify(name)}: ${line(value)}`);
  const sets = datasets.map((dataset) => `    ${line(dataset)}`).join(",\n");
  return `{\n${settings.join(",\n")},\n  "datasets": [\n${sets}\n  ]\n}`;
}
