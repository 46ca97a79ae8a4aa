import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readDataset } from "../../src/data/read-dataset.js";

const csv = (text: string) => [{ name: "t.csv", bytes: new TextEncoder().encode(text) }];
const mat = (name: string) => [
  { name, bytes: new Uint8Array(readFileSync(fileURLToPath(new URL(`../fixtures/mat/${name}`, import.meta.url)))) },
];
const images = new Uint8Array([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 4]);
const labels = new Uint8Array([0, 0, 8, 1, 0, 0, 0, 2, 5, 5]);

describe("samples without labels", () => {
  it("are every column of a table with label null, with or without a header, one column too", async () => {
    const expected = { samples: 2, features: 3, classes: [], y: new Uint32Array(2), x: Float32Array.of(1, 2, 3, 4, 5, 6) };
    expect(await readDataset(csv("1,2,3\n4,5,6\n"), { label: null })).toMatchObject(expected);
    expect(await readDataset(csv("a,b,c\n1,2,3\n4,5,6\n"), { label: null })).toMatchObject(expected);
    expect(await readDataset(csv("1\n2\n"), { label: null, header: false })).toMatchObject({ samples: 2, features: 1 });
  });

  it("still are finite numbers in rows of one length", async () => {
    await expect(readDataset(csv("1,2,3\n4,nan,6\n"), { label: null })).rejects.toThrow(/1 value is missing in 1 of 3 features/);
    await expect(readDataset(csv("1,2,3\n4,5\n"), { label: null })).rejects.toThrow(/row 2 has 2 cells/);
  });

  it("come from a labelled table when its labels are ignored, whatever they are", async () => {
    expect(await readDataset(csv("1,2,\n4,5,x\n"), { ignoreLabels: true })).toMatchObject({
      samples: 2,
      features: 2,
      classes: [],
    });
    expect(await readDataset(csv("l,a\n,2\n,5\n"), { ignoreLabels: true, label: "l" })).toMatchObject({
      features: 1,
      x: Float32Array.of(2, 5),
    });
  });

  it("keep their IDs where a regression's table lacks the numbers to learn, or has them", async () => {
    const options = { numeric: true, ignoreLabels: true, featureNames: ["a", "b"], targetNames: ["price"] };
    const expected = { samples: 3, ids: ["h1", "h2", "h3"], x: Float32Array.of(1, 2, 3, 4, 5, 6) };
    for (const text of ["house,a,b\nh1,1,2\nh2,3,4\nh3,5,6\n", "house,a,b,cost\nh1,1,2,9\nh2,3,4,8\nh3,5,6,7\n"])
      expect(await readDataset(csv(text), options)).toMatchObject(expected);
  });

  it("need no variable Y in a MATLAB file and no second IDX file", async () => {
    expect(await readDataset(mat("f8.mat"), { label: null })).toMatchObject({ samples: 7, features: 5, classes: [] });
    expect(await readDataset([{ name: "i", bytes: images }], { label: null })).toMatchObject({
      samples: 2,
      features: 2,
      classes: [],
    });
    const pair = [
      { name: "i", bytes: images },
      { name: "l", bytes: labels },
    ];
    expect(await readDataset(pair, { ignoreLabels: true })).toMatchObject({ samples: 2, classes: [], imageShape: [1, 2] });
  });
});
