import { expect, test } from "vitest";
import page from "../../docs/extending.md?raw";
import { printed, programsIn } from "./programs.js";

const [start, ...programs] = programsIn(page);
const titled = programs.map((program) => [/name: "(.*)"/.exec(program)?.[1] ?? "", program] as const);

test.each(titled)("the piece %s of docs/extending.md does what it says", async (_, program) => {
  const expected = [...program.matchAll(/\/\/ prints: (.*)/g)].map(([, line]) => line);
  expect(expected.length).toBe(1);
  expect(await printed(start + program)).toEqual(expected);
  expect(program.trim().split("\n").length).toBeLessThanOrEqual(program.includes("forward:") ? 42 : 36); // a layer has kernels
});

test("there is one for every kind of the table", () => {
  const kinds = [...page.matchAll(/^\| ([a-z ]+) \|/gm)].map(([, kind]) => kind).filter((kind) => kind !== "kind");
  const sections = [...page.matchAll(/^## An? (.*)$/gm)].map(([, kind]) => kind);
  expect(sections).toEqual(kinds);
  expect(programs.length).toBe(kinds.length);
});
