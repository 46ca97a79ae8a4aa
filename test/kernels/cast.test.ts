import { describe, expect, test } from "vitest";
import { type FunctionInfo, type VariableInfo, WgslReflect } from "wgsl_reflect/wgsl_reflect.module.js";
import { ACTIVATIONS } from "../../src/activations/index.js";
import { blocks } from "../../src/device/cpu/assembly/index.ts?assemblyscript";
import type { Kernel } from "../../src/device/kernel.js";

// One kernel, one name: the shader, its TypeScript description and twin, its test and its bench.
const named = (paths: object) =>
  Object.fromEntries(Object.entries(paths).map(([path, value]) => [path.replace(/.*\/|(\.test)?\.\w+$/g, ""), value]));
const shaders: Record<string, string> = named(
  import.meta.glob("../../shaders/*.wgsl", { query: "?raw", import: "default", eager: true }),
);
const parts: Record<string, string> = import.meta.glob("../../shaders/parts/*.wgsl", {
  query: "?raw",
  import: "default",
  eager: true,
});
const modules: Record<string, object> = named(import.meta.glob("../../src/kernels/*.ts", { eager: true }));
const assembly: Record<string, string> = named(
  import.meta.glob("../../src/device/cpu/assembly/*.ts", { query: "?raw", import: "default", eager: true }),
);
const tests = Object.keys(named(import.meta.glob("./*.test.ts")));
const benches = Object.keys(named(import.meta.glob("../../bench/kernels/*.ts")));

const { common, ...kernelShaders } = shaders;
const names = Object.keys(kernelShaders);

const className = (name: string) => name.replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());

const map = <T, U>(record: Readonly<Record<string, T>>, of: (value: T) => U) =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, of(value)]));

/** The kernels that a module of src/kernels exports. */
function kernelsOf(module: object): Kernel[] {
  return Object.values(module).filter(
    (value) => typeof value === "object" && value !== null && "wgsl" in value && "twin" in value,
  );
}

describe.each(names)("%s", (name) => {
  const [kernel, ...others] = kernelsOf(modules[name] ?? {});

  test("has a description with a twin, a test and a bench", () => {
    expect(kernel?.name).toBe(name);
    expect(others).toEqual([]);
    expect(tests).toContain(name);
    expect(benches).toContain(name);
  });

  test("is what the description runs, on its own or after the common functions and parts", () => {
    expect(kernel.wgsl.endsWith(shaders[name])).toBe(true);
    const before = kernel.wgsl.slice(0, -shaders[name].length);
    expect([common, ...Object.values(parts)].reduce((rest, part) => rest.replace(part, ""), before)).toBe("");
    expect(reflectionOf(name).entry.compute.map((entry) => entry.name)).toEqual(["main"]);
  });

  test("takes the parameters that the description lists, in its order", () => {
    const [params] = bindingsOf(name);
    expect(`${params.group} ${params.binding} ${params.name}`).toBe("0 0 params");
    expect(members(params)).toEqual(Object.entries(kernel.params));
  });

  test("binds what the description lists, in its order, with its access", () => {
    const described = Object.entries(kernel.bindings).map(([binding, kind]) => ({ binding, kind }));
    const bindings = bindingsOf(name);
    const bound = bindings
      .slice(1)
      .map((variable, i) => ({ binding: variable.name, kind: kindOf(variable, described[i]?.kind) }));
    expect(bound).toEqual(described);
    expect(bindings.map(({ group, binding }) => [group, binding])).toEqual(bindings.map((_, i) => [0, i]));
  });

  test("binds at most 8 storage buffers, which every adapter allows", () => {
    expect(reflectionOf(name).storage.length).toBeLessThanOrEqual(8);
  });

  test("has the constants that it uses as overrides, its own with the same defaults", () => {
    const literal = /override (\w+): u32 = (\d+)u?;/g; // what is computed from others is not the host's to set
    const settable = [...kernel.wgsl.matchAll(literal)].map(([, override]) => override);
    const reached = reflectionOf(name).functions.filter((f: FunctionInfo) => f.inUse);
    const lines = textOf(name).split("\n");
    const text = reached.flatMap((f) => lines.slice(f.startLine - 1, f.endLine)).join("\n"); // the library overlooks what a switch is about
    const used = new Set(reached.flatMap((f) => [...f.overrides.map((o) => o.name), ...(text.match(/\b[A-Z_]+\b/g) ?? [])]));
    expect(Object.keys(kernel.constants).sort()).toEqual(settable.filter((override) => used.has(override)).sort());
    for (const [, override, value] of kernel.wgsl.slice(common.length).matchAll(literal)) {
      expect(`${override} ${kernel.constants[override]}`).toBe(`${override} ${value}`);
    }
  });
});

test("a SIMD form lies in the file of its kernel's name", () => {
  const text = Object.entries(assembly);
  for (const name of names.filter((name) => kernelsOf(modules[name])[0].simd)) {
    const camel = className(name).replace(/^./, (letter) => letter.toLowerCase());
    expect(text.filter(([, code]) => code.includes(`export function ${camel}(`)).map(([file]) => file)).toEqual([name]);
  }
});

test("a block of the SIMD form holds what the description of a kernel lists, in its type", () => {
  const hot = names.map((name) => kernelsOf(modules[name])[0]).filter(({ simd }) => simd);
  expect(Object.keys(blocks).sort()).toEqual(hot.map(({ name }) => className(name)).sort());
  for (const { name, params, bindings, constants, pieces = {}, simd } of hot) {
    const numbers = Object.fromEntries(Object.keys(params).map((field) => [field, 1]));
    const types: Record<string, RegExp> = {
      ...map(params, (type) => new RegExp(`^${type}$`)),
      ...map(bindings, () => /^usize$/),
      ...map({ ...constants, ...pieces }, () => /^[ui]32$/),
      ...map(simd?.more?.(numbers) ?? {}, () => /^f32$/),
    };
    for (const [field, type] of blocks[className(name)]) expect(`${type}`, `${name}: ${field}`).toMatch(types[field]);
  }
});

test("every kernel, test and bench has a shader", () => {
  const kernels = Object.entries(modules).flatMap(([, module]) => kernelsOf(module).map((kernel) => kernel.name));
  expect(kernels.sort()).toEqual([...names].sort());
  expect(benches.filter((name) => !names.includes(name))).toEqual([]);
  const about = [...Object.keys(modules), "cast"];
  expect(tests.filter((name) => !about.includes(name))).toEqual([]);
});

/** The text of a kernel, with that of pieces: of the activation one that asks what was saved. */
function textOf(name: string): string {
  const [kernel] = kernelsOf(modules[name]);
  return (kernel.prelude?.({ ...kernel.pieces, activation: ACTIVATIONS.sigmoid }) ?? "") + kernel.wgsl;
}

function reflectionOf(name: string): WgslReflect {
  return new WgslReflect(textOf(name));
}

function bindingsOf(name: string): VariableInfo[] {
  const { uniforms, storage } = reflectionOf(name);
  return [...uniforms, ...storage].sort((a, b) => a.binding - b.binding);
}

/** Names and types of a struct's members. */
function members({ type }: VariableInfo): [string, string][] {
  if (!type.isStruct) throw new Error(`${type.name} is no struct`);
  return (type as unknown as { members: { name: string; type: { name: string } }[] }).members.map((m) => [m.name, m.type.name]);
}

/** A variable as the description would put it. Shaders may take floats as their bits (u32), and write-only is not WGSL's to say. */
function kindOf(variable: VariableInfo, described: string | undefined): string {
  const uniform = variable.resourceType === 0;
  const words = uniform ? members(variable).map(([, type]) => type) : [wordOf(variable.type)];
  expect(new Set(words).size).toBe(1);
  const type = words[0] === "u32" && described?.endsWith("f32") && !uniform ? "f32" : words[0];
  if (uniform) return `uniform ${type}`;
  if (variable.access === "read") return `read ${type}`;
  return described?.startsWith("write") ? `write ${type}` : `readWrite ${type}`;
}

/** The 4-byte type that an array, vector, atomic or struct of equal members is made of. */
function wordOf(type: { name: string; format?: unknown; members?: { type: { name: string } }[] | null }): string {
  if (type.members) {
    const words = new Set(type.members.map((member) => wordOf(member.type)));
    expect(words.size).toBe(1);
    return [...words][0];
  }
  return type.format ? wordOf(type.format as { name: string }) : type.name;
}
