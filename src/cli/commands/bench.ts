import type { Command } from "commander";
import { check, checkOneOf } from "../../util/check.js";
import { addSettings } from "../options.js";
import { oneOf, word } from "../parse.js";
import { print, printJson, type Terminal } from "../terminal.js";

const EXAMPLES = `
Examples:
  coppice bench
  coppice bench kernels --only spmm,sddmm --out runs/bench
  coppice bench step --device cpu --quick
  coppice bench --compare old/bench.json new/bench.json
`;

const SUITES = ["kernels", "step", "evolve", "scale"] as const;

interface Values {
  readonly quick?: boolean;
  readonly full?: boolean;
  readonly device?: "webgpu" | "cpu";
  readonly only?: string[];
  readonly candidates?: boolean;
  readonly compare?: string[];
  readonly markdown?: string[];
  readonly out?: string;
  readonly json?: boolean;
}

/** Adds `coppice bench` to the program: it runs the suite of bench/, compares results of it, or prints them as Markdown. */
export function addBench(program: Command, terminal: Terminal, argv: readonly string[]): void {
  const command = program
    .command("bench")
    .description("the benchmark suite: kernels, training steps, evolution, scale")
    .argument("[SUITE...]", `${SUITES.join(", ")} (default: all)`);
  addSettings(command, "Options", [
    { flags: "--quick", help: "under 5 minutes (default on software adapters and the CPU)" },
    { flags: "--full", help: "every size, density and batch (default on a GPU)" },
    { flags: "--device <name>", help: "webgpu or cpu (default webgpu, with the CPU beside it)", parse: oneOf(["webgpu", "cpu"]) },
    {
      flags: "--only <names>",
      help: "kernels, systems or phases to measure, with commas",
      parse: (text, name) => word(text, name).split(","),
    },
    { flags: "--candidates", help: "time every variant of a kernel, not only the first" },
    { flags: "--compare <files...>", help: "two bench.json, the older first: what got slower beyond the noise" },
    { flags: "--markdown <files...>", help: "print these bench.json as Markdown" },
    { flags: "--out <folder>", help: "write bench.json and bench.html there", parse: word },
    { flags: "--json", help: "print results as one JSON document" },
  ]);
  command.addHelpText("after", EXAMPLES).action((suites: string[]) => runBench(suites, command.opts<Values>(), terminal, argv));
}

async function runBench(suites: readonly string[], values: Values, terminal: Terminal, argv: readonly string[]): Promise<void> {
  const { compare, markdown, quick, full, json, ...rest } = values;
  for (const suite of suites) checkOneOf(suite, SUITES, "suite");
  check(!(quick && full), "--quick", () => "excludes --full; give one of them");
  const tools = await import("#bench"); // from the top of the layers, and only when asked for
  if (markdown) return terminal.out(tools.markdownOf(markdown));
  if (compare) {
    check(compare.length === 2, "--compare", () => `${compare.length} files; give two bench.json, the older first`);
    const comparison = tools.compareFiles(compare[0], compare[1]);
    return json ? printJson(terminal, comparison) : print(terminal, tools.comparisonText(comparison).trimEnd());
  }
  const mode = quick ? "quick" : full ? "full" : undefined;
  await tools.bench({ ...rest, suites: suites as (typeof SUITES)[number][], mode, json, command: argv }, terminal);
}
