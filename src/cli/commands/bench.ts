import type { Flat } from "../../options/option.js";
import { list, oneOf, text } from "../../options/schema.js";
import { check, checkOneOf } from "../../util/check.js";
import { counted } from "../../util/counted.js";
import type { Call, CommandSpec } from "../command.js";
import { JSON_OUT, setting, turn, word } from "../options.js";
import { print, printJson } from "../terminal.js";

const EXAMPLES = `
Examples:
  coppice bench
  coppice bench kernels --only spmm,sddmm --out runs/bench
  coppice bench step --device cpu --quick
  coppice bench --compare old/bench.json new/bench.json
`;

const SUITES = ["kernels", "step", "evolve", "scale"] as const;

const OPTIONS = {
  quick: turn("under 5 minutes (default on software adapters and the CPU)"),
  full: turn("every size, density and batch (default on a GPU)"),
  device: setting(oneOf(["webgpu", "cpu"]), "what is measured", { otherwise: "webgpu, with the CPU beside it" }),
  only: setting(list(text()), "kernels, systems or phases to measure, with commas", { unit: "names" }),
  candidates: turn("time every variant of a kernel, not only the first"),
  compare: setting(list(text()), "two bench.json, the older first: what got slower beyond the noise", { unit: "files..." }),
  markdown: setting(list(text()), "print these bench.json as Markdown", { unit: "files..." }),
  out: word("folder", "write bench.json and bench.html there"),
  ...JSON_OUT,
};

/** `coppice bench` runs the suite of bench/, compares results of it, or prints them as Markdown. */
export const bench: CommandSpec = {
  name: "bench",
  about: "the benchmark suite: kernels, training steps, evolution, scale",
  args: { "[SUITE...]": `${SUITES.join(", ")} (default: all)` },
  options: { Options: OPTIONS },
  examples: EXAMPLES,
  run: runBench,
};

async function runBench(values: Flat<typeof OPTIONS>, { args: suites, terminal, argv }: Call): Promise<void> {
  const { compare, markdown, quick, full, json, ...rest } = values;
  for (const suite of suites) checkOneOf(suite, SUITES, "suite");
  check(!(quick && full), "--quick", () => "excludes --full; give one of them");
  const tools = await import("#bench"); // from the top of the layers, and only when asked for
  if (markdown) return terminal.out(tools.markdownOf(markdown));
  if (compare) {
    check(compare.length === 2, "--compare", () => `${counted(compare.length, "file")}; give two bench.json, the older first`);
    const comparison = tools.compareFiles(compare[0], compare[1]);
    return json ? printJson(terminal, comparison) : print(terminal, tools.comparisonText(comparison).trimEnd());
  }
  const mode = quick ? "quick" : full ? "full" : undefined;
  await tools.bench({ ...rest, suites: suites as (typeof SUITES)[number][], mode, json, command: argv }, terminal);
}
