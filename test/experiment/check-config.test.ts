import { expect, test } from "vitest";
import { suiteConfig } from "../../src/experiment/plan/check-config.js";
import type { DatasetOptions } from "../../src/experiment/plan/config.js";
import { builtInSuite } from "../../src/experiment/plan/suites/index.js";

const datasetOf = (more: object) =>
  suiteConfig({ datasets: [{ data: "a.csv", ...more } as DatasetOptions] }, "mine", "my.json").datasets[0];

test("how a dataset is read is kept as it was given, and nothing of it where nothing was given", () => {
  const read = { label: "class", id: null, ignore: ["sex", 3], missing: "median", maxBytes: 4e9 };
  expect(datasetOf({ ...read, epochs: 3 }).read).toEqual(read);
  expect(datasetOf({}).read).toEqual({});
  expect(builtInSuite("generalization").datasets.every((data) => JSON.stringify(data.read) === "{}")).toBe(true);
});

test.each([
  [{ ignore: "sex" }, 'my.json: a: ignore: "sex" is not what this option takes'],
  [{ ignore: [null] }, "my.json: a: ignore: [null] is not"],
  [{ ignore: [-1] }, "my.json: a: ignore: [-1] is not"],
  [{ maxBytes: "4GB" }, 'my.json: a: maxBytes: "4GB" is not'],
  [{ maxBytes: 0 }, "my.json: a: maxBytes: 0 is not"],
  [{ id: false }, "my.json: a: id: false is not"],
  [{ label: null }, "my.json: a: label: null is not"],
  [{ noId: true }, 'my.json: key of a dataset: "noId" is unknown'],
  [{ fixed: { first: 5, second: 6 } }, "my.json: a: fixed: give indices"],
  [{ fixed: { drawn: [1, 2, 3] } }, "my.json: a: fixed: give indices"],
  [{ fixed: { train: [0], test: [] } }, "my.json: a: fixed: give indices"],
])("a dataset's settings that are none are refused by name: %j", (more, message) => {
  expect(() => datasetOf(more)).toThrow(message);
});

test.each([{ first: 5 }, { drawn: [5, 2] }, { train: [0, 1], test: [2] }])("a fixed split is kept: %j", (fixed) => {
  expect(datasetOf({ fixed }).fixed).toEqual(fixed);
});
