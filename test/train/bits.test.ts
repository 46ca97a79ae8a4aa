import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { WHOLE } from "../matrix.js";
import { bitsOf, RUNS } from "./bits.js";

// fixtures/bits holds what the engine computed when 0.1.0 had been mended, before its design was opened.

const read = (name: string) => new Uint8Array(readFileSync(new URL(`../fixtures/bits/${name}`, import.meta.url)));
const expected: Record<string, Record<string, string>> = JSON.parse(new TextDecoder().decode(read("bits.json")));

const FORMS = [["simd", true] as const, ["twins", false] as const]; // npm test leaves the twins to npm run test:matrix

describe.each(WHOLE ? FORMS : FORMS.slice(0, 1))("with %s", (form, simd) => {
  const device = createCpuDevice({ threads: 1, simd });
  test.each(Object.keys(RUNS))("%s", async (name) => {
    expect(await bitsOf(device, name)).toBe(expected[form][name]);
    if (simd) expect(await bitsOf(device, name, read(`${name.replaceAll(" ", "-")}.safetensors`))).toBe(expected[form][name]);
  });
});
