import { Command, CommanderError } from "commander";
import { withoutPassword } from "../experiment/queue/address.js";
import { takeNotes } from "../files/notes.js";
import { CoppiceError } from "../util/check.js";
import { version } from "../util/version.js";
import { addCommand } from "./command.js";
import { COMMANDS } from "./commands/index.js";
import { say, type Terminal } from "./terminal.js";

/** Exit codes: 0; 1 when a correct request failed or was interrupted; 2 for bad usage. */
const [OK, FAILURE, USAGE] = [0, 1, 2];

const EXAMPLES = `
Examples:
  coppice info
  coppice train --data digits
  coppice eval runs/digits-npset-1/model.safetensors --data digits
  coppice train --help
`;

/** Runs `coppice` with the words after its name; resolves with the exit code. Errors are one line on stderr. */
export async function main(argv: readonly string[], terminal: Terminal): Promise<number> {
  const program = createProgram(terminal, argv);
  try {
    await program.parseAsync([...argv], { from: "user" });
    tellNotes(terminal);
    return OK;
  } catch (error) {
    tellNotes(terminal);
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return OK; // help or version were asked for
      const message = error.code === "commander.help" ? "no command given" : oneLine(error.message.replace(/^error: /, ""));
      say(terminal, `coppice: ${message} (see coppice --help)`);
      return USAGE;
    }
    if (error instanceof CoppiceError) {
      say(terminal, `coppice: ${oneLine(error.message)}`);
      if (terminal.signal?.aborted) return FAILURE;
      return error.kind === "usage" ? USAGE : FAILURE;
    }
    if (error instanceof Error && "syscall" in error) {
      say(terminal, `coppice: ${oneLine(error.message)}`); // the system's word: disk full, no permission
      return FAILURE;
    }
    say(
      terminal,
      `coppice: internal error, please report it: ${withoutPassword(error instanceof Error ? String(error.stack) : String(error))}`,
    );
    return FAILURE;
  }
}

function createProgram(terminal: Terminal, argv: readonly string[]): Command {
  const program = new Command("coppice")
    .description("Train truly sparse neural networks on a GPU (WebGPU) or the CPU.")
    .version(version)
    .addHelpText("after", EXAMPLES)
    .exitOverride()
    .configureOutput({ writeOut: (text) => void terminal.out(text), writeErr: () => {} });
  for (const spec of COMMANDS) addCommand(program, spec, terminal, argv);
  return program;
}

function tellNotes(terminal: Terminal): void {
  say(terminal, ...takeNotes().map((note) => `note: ${note}`));
}

/** A message without the password of an address that was given in the wrong place. */
function oneLine(message: string): string {
  return withoutPassword(message.trim().replace(/\s*\n\s*/g, " "));
}
