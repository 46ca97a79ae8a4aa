import { type Command, Option as Flag } from "commander";
import { describe, type Option, type Options } from "../options/option.js";
import { read } from "../options/schema.js";
import { check } from "../util/check.js";
import { parserOf } from "./parse.js";
import type { Terminal } from "./terminal.js";

/** Options of a command by their keys. A `late` one is checked and filled in where it is used, by another name. */
export type CommandOptions = Readonly<Record<string, Option & { readonly late?: boolean }>>;

/** What a command was called with, beside its options. */
export interface Call {
  readonly args: readonly string[];
  readonly terminal: Terminal;
  /** All words after `coppice`. */
  readonly argv: readonly string[];
}

/** A command, declared once: flags, help, defaults and the tables of the guide follow. */
export interface CommandSpec {
  readonly name: string;
  readonly about?: string;
  readonly hidden?: boolean;
  /** What its arguments are, by their form: "<MODEL>", "[SUITE...]". */
  readonly args?: Readonly<Record<string, string>>;
  /** By the headings of its help. */
  readonly options?: Readonly<Record<string, CommandOptions>>;
  /** The end of its help. */
  readonly examples?: string;
  readonly commands?: readonly CommandSpec[];
  /** Does it, with the values of its options: those given, and defaults. */
  readonly run?: (values: never, call: Call) => void | Promise<void>;
}

/** Adds a command and those within it to a program. */
export function addCommand(program: Command, spec: CommandSpec, terminal: Terminal, argv: readonly string[] = []): void {
  const { name, about = "", hidden, args = {}, options = {}, examples = "", commands = [], run } = spec;
  const command = program.command(name, { hidden }).description(about).addHelpText("after", examples);
  for (const [form, text] of Object.entries(args)) command.argument(form, text);
  const flags = Object.entries(options).flatMap(([heading, group]) =>
    Object.entries(group).map(([key, option]) => flagOf(key, option).helpGroup(`${heading}:`)),
  );
  for (const flag of flags) command.addOption(flag);
  refuseSecond(command, flags);
  for (const inner of commands) addCommand(command, inner, terminal, argv);
  if (!run) return;
  command.action((...given: (string | string[])[]) => {
    // where a command and one of its own share an option, commander gives it to the outer one
    const values = { ...defaultsOf(options), ...command.optsWithGlobals() };
    return run(values as never, { args: given.slice(0, -2).flat(), terminal, argv });
  });
}

/** Throws where a value is given twice, or --no-label beside --label: one of them would be dropped. A switch may come again, and so may one that takes several. */
function refuseSecond(command: Command, flags: readonly Flag[]): void {
  const given = new Map<string, string>();
  for (const flag of flags) {
    const [key, name] = [flag.attributeName(), `--${flag.name()}`];
    command.on(`option:${flag.name()}`, () => {
      const before = given.get(key);
      const again = before === name && (flag.variadic || (!flag.required && !flag.optional));
      check(before === undefined || again, name, () => {
        return `${before === name ? "is given twice" : `contradicts ${before}`}; leave one out`;
      });
      given.set(key, name);
    });
  }
}

/** "dropLast" -> "--drop-last". */
export function flagName(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function flagOf(key: string, { late, unit, ...option }: CommandOptions[string]): Flag {
  const { schema } = option;
  const value = unit?.startsWith("[") ? unit : `<${unit ?? (schema.names ? "name" : "number")}>`;
  const name = flagName(option.name ?? key);
  const flag = new Flag(schema.kind === "boolean" ? name : `${name} ${value}`, describe(option));
  const parse = parserOf(schema);
  if (parse && !flag.variadic)
    flag.argParser((text: string) => (late ? parse(text, name) : read(schema, parse(text, name), name)));
  return flag;
}

function defaultsOf(groups: Readonly<Record<string, CommandOptions>>): Options {
  const filled = Object.values(groups).flatMap((group) => Object.entries(group).filter(([, { late }]) => !late));
  const known = filled.filter(([, { fallback }]) => fallback !== undefined && typeof fallback !== "function");
  return Object.fromEntries(known.map(([key, { fallback }]) => [key, fallback])) as Options;
}
