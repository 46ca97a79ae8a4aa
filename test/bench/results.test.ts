import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { markdownOf } from "../../bench/main.js";

test("RESULTS.md says what the stored runs say", () => {
  const folder = new URL("../../bench/", import.meta.url).pathname;
  const files = readdirSync(`${folder}results`).sort();
  expect(files.length).toBeGreaterThan(0);
  expect(readFileSync(`${folder}RESULTS.md`, "utf8")).toBe(markdownOf(files.map((name) => `${folder}results/${name}`)));
});
