import { expect, test } from "vitest";
import { readSources } from "./sources.js";

const sources = {
  ...readSources("src", /\.[tj]s$/),
  ...readSources("demo"),
  ...readSources("bench", /^(?!.*node_modules\/).*\.(ts|mjs)$/),
};

test("no list becomes the arguments of a function that takes any number of values: a long one overflows the stack", () => {
  const spread = /(?:Math\.(?:max|min|hypot)|\.push|\.unshift|fromCharCode|fromCodePoint)\((?:[^(){}[\]]*,)?\s*\.\.\./;
  expect(
    spread.test("Math.max(0, ...counts)") && spread.test("list.push(...more)") && !spread.test("list.push({ ...more })"),
  ).toBe(true);
  const lines = Object.entries(sources).flatMap(([path, text]) =>
    text.split("\n").flatMap((line, i) => (spread.test(line) ? [`${path}:${i + 1}: ${line.trim()}`] : [])),
  );
  expect(Object.keys(sources).length).toBeGreaterThan(200);
  expect(lines).toEqual([]);
});

test("no literal of fields is spread where they could stand on lines of their own", () => {
  const lines = Object.entries({ ...sources, ...readSources("test") }).flatMap(([path, text]) =>
    text.split("\n").flatMap((line, i) => (/^\s*\.\.\.\{ .* \},$/.test(line) ? [`${path}:${i + 1}: ${line.trim()}`] : [])),
  );
  expect(lines).toEqual([]);
});
