import { afterAll, expect, test } from "vitest";
import { type Dataset, makeDataset } from "../../src/api/index.js";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { decodeCheckpoint, encodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { encodeOnnx } from "../../src/io/formats/onnx/onnx.js";
import { membersOf, type SavedModel } from "../../src/io/saved-model.js";
import { unshared } from "../../src/nn/share-weights.js";
import { loadModel } from "../../src/train/model.js";
import { train } from "../../src/train/train.js";
import { random } from "../../src/util/random.js";
import { onnxValues, readOnnx } from "../io/onnx-reader.js";
import { matrixTest } from "../matrix.js";
import { expectSameState } from "../train/same-runs.js";

// Members of every task: what they answer together, apart, in an ONNX file, and after a stop.

const device = createCpuDevice({ threads: 1 });
afterAll(() => device.dispose());

const [SAMPLES, FEATURES] = [40, 6];
const rng = random(5, "members of tasks");
const x = Float32Array.from({ length: SAMPLES * FEATURES }, () => rng.normal());
const at = (i: number, f: number) => x[i * FEATURES + f];
const of = (targets: (i: number) => number[], ...targetNames: string[]) =>
  makeDataset({
    name: "made",
    x,
    features: FEATURES,
    targets: Array.from({ length: SAMPLES }, (_, i) => targets(i)).flat(),
    targetNames,
  });

const TASKS = ["regression", "survival", "multi-label"] as const;
const SETS: Readonly<Record<(typeof TASKS)[number], Dataset>> = {
  regression: of((i) => [at(i, 0) + at(i, 1), 100 * at(i, 2)], "a", "b"),
  survival: of((i) => [Math.exp(at(i, 0)), Number(i % 3 > 0)], "time", "event"),
  "multi-label": of((i) => [Number(at(i, 0) > 0), Number(at(i, 1) > at(i, 2)), Number(i % 5 === 0)], "a", "b", "c"),
};

/** The numbers of an answer: of targets and risks, or the probabilities of labels. */
const numbers = (answer: object) => {
  const { values, probabilities } = answer as { values?: Float32Array; probabilities?: Float32Array };
  return Array.from(values ?? probabilities ?? []);
};

async function answers(saved: SavedModel): Promise<number[]> {
  await using model = loadModel(device, saved);
  return numbers(await model.predict(x));
}

const CASES = TASKS.flatMap((task) => (["none", "weights"] as const).map((share) => ({ task, share })));
for (const { task, share } of CASES)
  (task === "multi-label" && share === "weights" ? test : matrixTest)(`${task}, shared: ${share}`, async () => {
    const checkpoints: SavedModel[] = [];
    const options = { task, hidden: [9, 8], epsilon: 3, epochs: 4, members: 3, share, bagging: true, seed: 2, device } as const;
    const model = await train({ train: SETS[task] }, { ...options, onCheckpoint: (saved) => void checkpoints.push(saved) });
    const saved = decodeCheckpoint(encodeCheckpoint(await model.save()));
    const together = numbers(await model.predict(x));
    await model.dispose();
    expect(await answers(saved)).toEqual(together);

    // together they answer the mean of what they answer apart
    const { members: _, ...rest } = saved;
    const apart = await Promise.all(
      membersOf(saved)
        .flatMap(unshared)
        .map((network) => answers({ ...rest, network })),
    );
    expect(apart).toHaveLength(3);
    expect(apart[0]).not.toEqual(apart[1]);
    const close = (found: ArrayLike<number>, expected: readonly number[]) => {
      const scale = Math.max(1, ...expected.map(Math.abs));
      for (const [k, value] of expected.entries()) expect(Math.abs(found[k] - value) / scale).toBeLessThan(2e-5);
    };
    close(
      together,
      apart[0].map((_, k) => apart.reduce((sum, one) => sum + one[k], 0) / 3),
    );
    const output = task === "multi-label" ? "probabilities" : "values";
    close(onnxValues(readOnnx(encodeOnnx(saved)), x, FEATURES)(output).data, together);

    const resume = decodeCheckpoint(encodeCheckpoint(checkpoints[1]));
    const resumed = await train({ train: SETS[task] }, { ...options, resume });
    for (const [j, network] of membersOf(await resumed.save()).entries()) expectSameState(network, membersOf(saved)[j]);
    await resumed.dispose();
  });
