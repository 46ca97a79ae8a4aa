import { Command, type Option } from "commander";
import { expect, test } from "vitest";
import page from "../../docs/guide/options.md?raw";
import { addTrain } from "../../src/cli/commands/train.js";
import type { Terminal } from "../../src/cli/terminal.js";
import { FLAT } from "../../src/train/flat-options.js";

// The table of options in the guide: `npm run docs:options` writes it, and this test fails while it is not up to date.

const cell = (text: string) => text.replaceAll("|", "\\|");

/** A table for each heading of the help of `coppice train`: flag, place in the library's options, values, what it says. */
function tables(): string {
  const program = new Command();
  addTrain(program, {} as Terminal, []);
  const [{ options }] = program.commands;
  const rowOf = (option: Option) => {
    const declared = FLAT.find(({ name }) => name === option.attributeName() && !option.negate);
    const place = declared ? `\`${declared.path.join(".")}\`` : "";
    const { bounds, takes = "", item } = declared?.schema ?? {};
    return `| \`${cell(option.flags)}\` | ${place} | ${bounds ? takes : (item?.takes ?? "")} | ${cell(option.description)} |`;
  };
  const tableOf = (heading: string) => {
    const rows = options.filter(({ helpGroupHeading }) => helpGroupHeading === heading).map(rowOf);
    const title = `### ${heading.replace(" options", "").replace(":", "")}`;
    return [title, "", "| option | in the library | takes | what it says |", "|---|---|---|---|", ...rows].join("\n");
  };
  return [...new Set(options.map(({ helpGroupHeading = "" }) => helpGroupHeading))].map(tableOf).join("\n\n");
}

test("the guide's table of options is made of their declarations", async () => {
  const made = page.replace(/(<!-- options -->\n).*(\n<!-- \/options -->)/s, (_, begin, end) => `${begin}${tables()}${end}`);
  expect(made).toContain("| `--epsilon <number>` | `epsilon` | a finite number above 0 |");
  await expect(made).toMatchFileSnapshot("../../docs/guide/options.md");
});
