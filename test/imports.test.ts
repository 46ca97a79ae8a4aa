import { expect, test } from "vitest";

/** Folders of src from the bottom up: a file imports from its own folder and from those before it. */
const LAYERS = [
  "util",
  "sparse",
  "data",
  "device",
  "optimisers",
  "activations",
  "losses",
  "kernels",
  "nn",
  "evolution",
  "methods",
  "io",
  "tune",
  "self-check",
  "train",
  "experiment",
  "report",
  "cli",
];

/** A file of options stands in the layer of the pieces that its options name. */
const OPTIONS: Readonly<Record<string, string>> = {
  ...{ "schema.ts": "util", "option.ts": "util", "optimizer.ts": "kernels", "network.ts": "kernels", "rate.ts": "kernels" },
  "data.ts": "data",
  ...{ "evolution.ts": "evolution", "removal.ts": "evolution", "training.ts": "train", "index.ts": "train" },
  "suite.ts": "experiment",
};
const layerOf = (path: string) => {
  const [, , folder, file] = path.split("/");
  return folder === "options" ? OPTIONS[file] : folder;
};

const sources: Record<string, string> = import.meta.glob("../src/*/**/*.ts", { query: "?raw", import: "default", eager: true });

test("imports go one way: no file of src imports from a layer above its own", () => {
  const upward: string[] = [];
  for (const [path, text] of Object.entries(sources)) {
    const folder = layerOf(path);
    expect(LAYERS).toContain(folder);
    for (const [, imported] of text.matchAll(/(?:from|import\() ?"(\.[^"]+)"/g)) {
      const target = new URL(imported, `file://${path.replace("..", "")}`).pathname;
      const layer = layerOf(target.replace(/\.js$/, ".ts"));
      if (!target.startsWith("/src/")) continue; // a shader
      if (!(LAYERS.indexOf(layer) <= LAYERS.indexOf(folder) && LAYERS.includes(layer)))
        upward.push(`${path} imports ${imported}`);
    }
  }
  expect(upward).toEqual([]);
  expect(Object.keys(sources).length).toBeGreaterThan(20);
});
