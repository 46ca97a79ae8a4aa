import { dirname } from "node:path";
import { CATALOGUE, type CatalogueEntry } from "../../data/catalogue.js";
import { DATA_FOLDER, dataFolders, namedDatasets, type Source } from "../../files/datasets.js";
import { formatBytes } from "../../nn/memory.js";
import { type Flat, option, type Settled } from "../../options/option.js";
import { custom } from "../../options/schema.js";
import { grouped, table } from "../../report/format.js";
import { checkOneOf } from "../../util/check.js";
import type { CommandSpec } from "../command.js";
import { fetchDataset } from "../fetch-dataset.js";
import { JSON_OUT, word } from "../options.js";
import { print, printJson, type Terminal } from "../terminal.js";

const EXAMPLES = `
Examples:
  coppice datasets list
  coppice datasets fetch lung_discrete
  coppice train --data lung_discrete
  coppice datasets fetch fashion-mnist --to ~/datasets        then set COPPICE_DATA=~/datasets

An interrupted fetch leaves NAME.part, and the same command goes on from there. A file gets its name once its length and
SHA-256 are those of the catalogue.
`;

const SECONDS = {
  ...custom<number>((value) => Number(value) > 0 && Number(value) < 1e6, "a number of seconds above 0 and below 1e6"),
  kind: "number",
} as const;

const FETCH = {
  to: word("folder", "folder of datasets", { otherwise: `COPPICE_DATA, else ./${DATA_FOLDER}` }),
  timeout: option(SECONDS, 30, "try again after so long without a byte", { unit: "seconds" }),
  ...JSON_OUT,
};

/** `coppice datasets` with list and fetch. */
export function datasets(catalogue: readonly CatalogueEntry[] = CATALOGUE): CommandSpec {
  return {
    name: "datasets",
    about: "the datasets known by name: what they are, and where to get them",
    examples: EXAMPLES,
    commands: [
      {
        name: "list",
        about: "samples, features, classes and size of every dataset, and where it is",
        options: { Options: JSON_OUT },
        examples: EXAMPLES,
        run: ({ json }: Flat<typeof JSON_OUT>, { terminal }) => listDatasets(catalogue, json, terminal),
      },
      {
        name: "fetch",
        about: "download a dataset, or go on with it, and verify it",
        args: { "<NAME>": "as `datasets list` prints it" },
        options: { Options: FETCH },
        examples: EXAMPLES,
        async run({ to, timeout, json }: Settled<typeof FETCH>, { args: [name], terminal }) {
          const result = await fetchDataset(named(catalogue, name), to, terminal, { stallMs: timeout * 1000 });
          if (json) await printJson(terminal, result);
        },
      },
    ],
  };
}

function named(catalogue: readonly CatalogueEntry[], name: string): CatalogueEntry {
  const names = catalogue.map((entry) => entry.name);
  checkOneOf(name, names, "datasets fetch");
  return catalogue[names.indexOf(name)];
}

async function listDatasets(catalogue: readonly CatalogueEntry[], json: boolean | undefined, terminal: Terminal): Promise<void> {
  const sources = namedDatasets(terminal.env.COPPICE_DATA);
  const datasets: Row[] = catalogue.map((entry) => ({
    ...entry,
    bytes: entry.files.reduce((sum, file) => sum + (file.bytes ?? 0), 0),
    ...whereabouts(entry, sources.get(entry.name)),
  }));
  if (json) await printJson(terminal, { folders: dataFolders(terminal.env), datasets });
  else print(terminal, ...lines(datasets));
}

interface Row extends CatalogueEntry {
  readonly bytes: number;
  readonly where: keyof typeof WORDS;
  readonly path?: string;
}

function lines(datasets: readonly Row[]): string[] {
  const rows = datasets.map(({ name, samples, testSamples, features, classes, bytes }) => [
    name,
    testSamples === undefined ? grouped(samples) : `${grouped(samples)} + ${grouped(testSamples)}`,
    grouped(features),
    String(classes),
    bytes > 0 ? formatBytes(bytes) : "-",
  ]);
  const [header, ...body] = table([["name", "samples", "features", "classes", "size"], ...rows]);
  const located = body.map((line, i) => {
    const { where, path } = datasets[i];
    return `${line}  ${WORDS[where]}${path === undefined ? "" : ` ${path}`}`;
  });
  const notes = datasets.filter(({ note }) => note !== undefined).map(({ name, note }) => `${name}: ${note}`);
  return [`${header}  where`, ...located, "", ...notes];
}

const WORDS = {
  bundled: "part of coppice",
  found: "found:",
  incomplete: "found without its test set:",
  fetch: "can be fetched",
  byHand: "to be placed by hand (`fetch` says how)",
} as const;

function whereabouts(entry: CatalogueEntry, source: Source | undefined): { where: keyof typeof WORDS; path?: string } {
  if (source && source.files.length === 0) return { where: "bundled" };
  if (source) {
    const path = source.files.length === 1 ? source.files[0] : dirname(source.files[0]);
    return { where: entry.testSamples === undefined || source.test ? "found" : "incomplete", path };
  }
  return { where: entry.files.every(({ url }) => url) ? "fetch" : "byHand" };
}
