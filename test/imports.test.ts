import { expect, test } from "vitest";
import { readSources } from "./sources.js";

/** Folders of src from the bottom up: a file imports from its own folder and from those before it. */
const LAYERS = [
  ...[
    "util",
    "options",
    "sparse",
    "data",
    "files",
    "device",
    "optimisers",
    "rates",
    "activations",
    "losses",
    "metrics",
    "tasks",
    "kernels",
    "layers",
  ],
  ...["nn", "evolution", "methods", "io", "tune", "self-check", "train", "measure", "report", "experiment", "fit", "cli", "api"],
];

const sources = readSources("src", /\/.*\.ts$/);

/** The files of src that each file imports, types included. */
const IMPORTS = new Map(
  Object.entries(sources).map(([path, text]) => {
    const imported = [...text.matchAll(/(?:from|import\(?) ?"(\.[^"]+)"/g)].map(([, relative]) => {
      const { pathname } = new URL(relative, `file://${path.replace("..", "")}`);
      return `..${pathname.replace(/\.js$/, ".ts")}`;
    });
    return [path, imported.filter((file) => file in sources)];
  }),
);
const folderOf = (path: string) => path.split("/")[2];
const arrows = [...IMPORTS].flatMap(([from, files]) => files.map((to) => ({ from, to })));

test("imports go one way: no file of src imports from a layer above its own", () => {
  const layers = new Map(LAYERS.map((name, i) => [name, i]));
  for (const path of IMPORTS.keys()) expect(LAYERS).toContain(folderOf(path));
  const height = (path: string) => layers.get(folderOf(path)) as number;
  expect(arrows.filter(({ from, to }) => height(to) > height(from))).toEqual([]);
  expect(arrows.length).toBeGreaterThan(1000);
});

test("no files of src import each other in a circle, not even for types", () => {
  // What imports nothing that is left is in no circle, nor is what nothing left imports: both go, until circles alone stay, and what joins two.
  let left = arrows;
  for (let before = -1; before !== left.length; ) {
    before = left.length;
    const [above, below] = [new Set(left.map(({ from }) => from)), new Set(left.map(({ to }) => to))];
    left = left.filter(({ from, to }) => below.has(from) && above.has(to));
  }
  expect(left).toEqual([]);
});
