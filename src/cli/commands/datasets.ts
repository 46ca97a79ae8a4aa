import { dirname } from "node:path";
import type { Command } from "commander";
import { CATALOGUE, type CatalogueEntry } from "../../data/catalogue.js";
import { DATA_FOLDER, dataFolders, namedDatasets, type Source } from "../../files/datasets.js";
import { formatBytes } from "../../nn/memory.js";
import { grouped, table } from "../../report/format.js";
import { check, checkOneOf } from "../../util/check.js";
import { fetchDataset } from "../fetch-dataset.js";
import { addSettings } from "../options.js";
import { number, word } from "../parse.js";
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

const JSON_OPTION = { flags: "--json", help: "print results as one JSON document" };

interface FetchValues {
  readonly to?: string;
  readonly timeout?: number;
  readonly json?: boolean;
}

/** Adds `coppice datasets` with list and fetch to the program. */
export function addDatasets(
  program: Command,
  terminal: Terminal,
  _argv: readonly string[] = [],
  catalogue: readonly CatalogueEntry[] = CATALOGUE,
): void {
  const command = program
    .command("datasets")
    .description("the datasets known by name: what they are, and where to get them")
    .addHelpText("after", EXAMPLES);
  const list = command.command("list").description("samples, features, classes and size of every dataset, and where it is");
  addSettings(list, "Options", [JSON_OPTION]);
  list.addHelpText("after", EXAMPLES).action(() => listDatasets(catalogue, list.opts<{ json?: boolean }>().json, terminal));

  const fetch = command
    .command("fetch")
    .description("download a dataset, or go on with it, and verify it")
    .argument("<NAME>", "as `datasets list` prints it");
  addSettings(fetch, "Options", [
    { flags: "--to <folder>", help: `folder of datasets (default: COPPICE_DATA, else ./${DATA_FOLDER})`, parse: word },
    { flags: "--timeout <seconds>", help: "try again after so long without a byte (default 30)", parse: number },
    JSON_OPTION,
  ]);
  fetch.addHelpText("after", EXAMPLES).action(async (name: string) => {
    const { to, timeout = 30, json } = fetch.opts<FetchValues>();
    check(timeout > 0 && timeout < 1e6, "--timeout", () => `${timeout} is not a number of seconds above 0 and below 1e6`);
    const entry = named(catalogue, name);
    const result = await fetchDataset(entry, to, terminal, { stallMs: timeout * 1000 });
    if (json) await printJson(terminal, result);
  });
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
    bytes: entry.files.reduce((sum, file) => sum + file.bytes, 0),
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
