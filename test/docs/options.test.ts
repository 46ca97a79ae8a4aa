import { Command, type Option } from "commander";
import { expect, test } from "vitest";
import commandsPage from "../../docs/guide/commands.md?raw";
import comparingPage from "../../docs/guide/comparing.md?raw";
import optionsPage from "../../docs/guide/options.md?raw";
import { addCommand } from "../../src/cli/command.js";
import { COMMANDS } from "../../src/cli/commands/index.js";
import type { Terminal } from "../../src/cli/terminal.js";
import { READING } from "../../src/data/options.js";
import { SIZES, SUITE } from "../../src/experiment/plan/options.js";
import { describe, type Options } from "../../src/options/option.js";
import { FLAT } from "../../src/train/flat-options.js";

// The tables of options in the guide: `npm run docs:options` writes them, and these tests fail while one is not up to date.

const cell = (text: string) => text.replaceAll("|", "\\|");
const table = (head: string, ruler: string, rows: readonly string[]) => [`| ${head} |`, ruler, ...rows].join("\n");
const put = (page: string, name: string, made: string) =>
  page.replace(new RegExp(`(<!-- ${name} -->\n).*(\n<!-- /${name} -->)`, "s"), (_, begin, end) => `${begin}${made}${end}`);

const program = new Command();
for (const spec of COMMANDS) addCommand(program, spec, {} as Terminal);
const named = (name: string) => program.commands.find((command) => command.name() === name) as Command;

/** A table for each heading of the help of `coppice train`: flag, place in the library's options, values, what it says. */
function trainTables(): string {
  const { options } = named("train");
  const rowOf = (option: Option) => {
    const declared = FLAT.find(({ name }) => name === option.attributeName() && !option.negate);
    const place = declared ? `\`${declared.path.join(".")}\`` : "";
    const { bounds, takes = "", item } = declared?.schema ?? {};
    return `| \`${cell(option.flags)}\` | ${place} | ${bounds ? takes : (item?.takes ?? "")} | ${cell(option.description)} |`;
  };
  const tableOf = (heading: string) => {
    const rows = options.filter(({ helpGroupHeading }) => helpGroupHeading === heading).map(rowOf);
    const title = `### ${heading.replace(" options", "").replace(":", "")}`;
    return [title, "", table("option | in the library | takes | what it says", "|---|---|---|---|", rows)].join("\n");
  };
  return [...new Set(options.map(({ helpGroupHeading = "" }) => helpGroupHeading))].map(tableOf).join("\n\n");
}

/** A table for each other command; what it shares with `coppice train` is named alone. */
function commandTables(): string {
  const { options } = named("train");
  const isTrains = (option: Option) =>
    options.some(({ flags, description }) => flags === option.flags && description === option.description);
  const sectionOf = (command: Command, name: string): string[] => {
    const shared = command.options.filter(isTrains).map(({ long }) => `\`${long}\``);
    const rows = command.options
      .filter((option) => !isTrains(option))
      .map((option) => {
        return `| \`${cell(option.flags)}\` | ${cell(option.description)} |`;
      });
    if (shared.length > 0) rows.push(`| ${shared.join(", ")} | as \`coppice train\` |`);
    const section = rows.length > 0 ? [`### ${name}`, "", table("option | what it says", "|---|---|", rows), ""] : [];
    const inner = command.commands.flatMap((one) => sectionOf(one, `${name} ${one.name()}`));
    return [...section, ...inner];
  };
  const others = program.commands.filter((command) => !["train", "experiment-slot"].includes(command.name()));
  return others
    .flatMap((command) => sectionOf(command, command.name()))
    .join("\n")
    .trimEnd();
}

/** A line for each setting of a suite. */
function suiteTable(): string {
  const rows = (options: Options, of: string) =>
    Object.entries(options).map(([key, { schema, help, fallback, otherwise }]) => {
      const value = otherwise ?? JSON.stringify(fallback);
      const text = describe({ schema: { ...schema, names: undefined }, help, fallback, otherwise: value });
      return `| \`${key}\` | ${of} | ${cell(schema.takes)} | ${cell(text)} |`;
    });
  const all = [...rows(SIZES, "suite or dataset"), ...rows(SUITE, "suite")];
  return table("setting | of | takes | what it says", "|---|---|---|---|", all);
}

test("the guide's table of the options of train is made of their declarations", async () => {
  const made = put(optionsPage, "options", trainTables());
  expect(made).toContain("| `--epsilon <number>` | `epsilon` | a finite number above 0 |");
  await expect(made).toMatchFileSnapshot("../../docs/guide/options.md");
});

test("the guide's tables of the other commands' options are made of their declarations", async () => {
  const made = put(commandsPage, "commands", commandTables());
  expect(made).toContain("| `--rounds <n>` | times that every method is timed (default 5) |");
  await expect(made).toMatchFileSnapshot("../../docs/guide/commands.md");
});

test("the guide's table of a suite's settings is made of their declarations", async () => {
  const made = put(comparingPage, "suite", suiteTable());
  expect(made).toContain("| `folds` | suite | an integer from 1 to 100 |");
  await expect(made).toMatchFileSnapshot("../../docs/guide/comparing.md");
});

test("every setting of how a suite's dataset is read is in the guide", () => {
  const [row = ""] = /^\| `label`.*$/m.exec(comparingPage) ?? [];
  for (const name of Object.keys(READING)) expect(row).toContain(`\`${name}\``);
});
