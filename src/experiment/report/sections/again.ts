import { CATALOGUE } from "../../../data/catalogue.js";
import type { SuiteConfig } from "../../plan/config.js";
import type { ReportInput } from "../input.js";
import { code, heading, type ReportPart, text } from "../parts.js";

/** The config and how to run everything, or one row, again. */
export function againSection({ config, command, results }: ReportInput, report = reportCommand(config, command)): ReportPart[] {
  const versions = [...new Set(results.map(({ version }) => version))];
  return [
    heading("Again"),
    text("The whole suite:"),
    code(command),
    text("Its times, when nothing else runs, and then this report:"),
    code(`${command.replace("experiment", "experiment times")}\n${report}`),
    text(`In a clone of coppice every command begins with npx. ${dataOrigin(config)}`),
    text(
      `Every row of runs.csv holds the command that runs it alone, with the same numbers to the last digit on the same device and plan. These results are of coppice ${versions.join(", ") || "(no run yet)"}.`,
    ),
    heading("Config", 3),
    code(configText(config)),
  ];
}

/** The module of pieces is named again, as in the suite's own command. */
function reportCommand({ name }: SuiteConfig, command: string): string {
  const [pieces = ""] = / --pieces (?:'[^']*'|\S+)/.exec(command) ?? [];
  return `coppice experiment report runs/${name} --to docs/${name}${pieces}`;
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
