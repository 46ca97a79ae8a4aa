import { parseSync } from "vite";
import { expect, test } from "vitest";
import { readSources } from "./sources.js";

/** Lines that fit a screen, and a file that is read in one go. */
const LIMITS = { function: 60, file: 300 };

/** Why a function or a file is longer. */
const FACTORY = "its methods share what it holds; each of them fits a screen";
const PANEL = "a part of the page: its controls, what they do, and what they follow, in that order";
const REASONS: Readonly<Record<string, string>> = {
  "cli/interruption.ts watchProcess": FACTORY,
  "data/formats/table/read-grid.ts readGrid": "one loop over the bytes, as a table may have a billion cells",
  "device/cpu/device.ts createCpuDevice": FACTORY,
  "device/cpu/threads.ts createThreads": FACTORY,
  "device/webgpu/device.ts createWebgpuDevice": FACTORY,
  "device/webgpu/faults.ts watchFaults": FACTORY,
  "demo/page/data-form.ts createTableForm": PANEL,
  "demo/page/data-reading.ts openReading": FACTORY,
  "demo/page/data-task.ts createTaskChoice": PANEL,
  "demo/page/data.ts createDataPanel": PANEL,
  "demo/page/model.ts createModelPanel": PANEL,
  "demo/page/project/panel.ts createProjectPanel": PANEL,
  "demo/page/see/pad.ts createCanvas": FACTORY,
  "demo/page/see/wiring.ts createWiring": FACTORY,
  "demo/page/trust.ts createTrustPanel": PANEL,
  "demo/worker/drawing/camera.ts createCamera": FACTORY,
  "demo/worker/drawing/drawing.ts createDrawing": FACTORY,
  "demo/worker/drawing/renderer.ts createScenery": FACTORY,
  "demo/worker/turns.ts createTurns": FACTORY,
  "experiment/queue/remote-slot.ts remoteSlot": FACTORY,
  "nn/runner.ts createRunner": FACTORY,
  "self-check/problems.ts": "a table of problems, one a kernel",
  "train/epochs.ts trainEpochs": "an epoch in its order, from training to the checkpoint",
  "train/model.ts loadModel": FACTORY,
  "train/session.ts buildSession": FACTORY,
  "util/random.ts random": FACTORY,
};

const sources = { ...readSources("src", /^(?!.*\/assembly\/).*\.ts$/), ...readSources("demo", /\.ts$/) };

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly id?: { readonly name: string } | null;
  readonly key?: { readonly name: string };
}

/**
 * Whether a function of a file can be above the limit: as Biome formats it, none of its lines but the ends begins at the margin, unless it holds
 * a text of several lines.
 */
function mayBeLong(code: string): boolean {
  const lines = code.split("\n");
  const margins = lines.flatMap((line, i) => (/^[^\s)]/.test(line) ? [i] : [])); // a parenthesis ends parameters
  const texts = lines.some((line) => line.split("`").length % 2 === 0); // begins or ends one
  return texts || margins.some((line, i) => line - (margins[i - 1] ?? 0) >= LIMITS.function);
}

/** The functions in a tree with more lines than the limit, by the names that they or what they are assigned to have. */
function* longFunctions(tree: unknown, code: string, name = ""): Generator<string> {
  if (typeof tree !== "object" || tree === null) return;
  const node = tree as Node;
  const called = node.id?.name ?? node.key?.name ?? name;
  const lines = () => code.slice(node.start, node.end).split("\n").length;
  if (/^(Arrow)?Function/.test(node.type ?? "") && lines() > LIMITS.function) yield called;
  for (const inner of Object.values(node)) yield* longFunctions(inner, code, called);
}

test("what is long in src and on the page has a reason", () => {
  const long = Object.entries(sources).flatMap(([path, code]) => {
    const file = path.replace(/^\.\.\/(src\/)?/, "");
    const tree = mayBeLong(code) ? parseSync(file, code).program.body : [];
    const functions = [...longFunctions(tree, code)].map((name) => `${file} ${name}`);
    return [...(code.split("\n").length - 1 > LIMITS.file ? [file] : []), ...functions];
  });
  expect(long.filter((name) => !(name in REASONS))).toEqual([]);
  expect(long).toContain("util/random.ts random");
});
