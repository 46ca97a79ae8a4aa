import { networkConfig } from "../../src/nn/config.js";
import { initialState } from "../../src/nn/state.js";
import { loadModel } from "../../src/train/model.js";
import { randomFloats } from "../problems.js";
import { summarize } from "../stats.js";
import { erDensities, NETWORKS } from "./networks.js";
import { type Bench, unlessItFits } from "./suite.js";

/** Answers before any is timed: passes are recorded and JavaScript is compiled by then. */
const WARM = 20;
/** Answers that are timed, and the milliseconds after which no other is begun. */
const TIMES = 200;
const LONGEST_MS = 2000;

/** One sample after another through a loaded model, as a page or a service asks: milliseconds from the call of `predict` to its answer. */
export async function answerOneByOne(bench: Bench): Promise<void> {
  for (const name of ["a", "b"] as const) {
    const { sizes, epsilon } = NETWORKS[name];
    const cell = { network: name, samples: 1 };
    const what = `predict, ${bench.device.info.kind}`;
    const model = await unlessItFits(bench, { name: what, cell }, () =>
      loadModel(bench.device, {
        network: initialState({ sizes, densities: erDensities(sizes, epsilon), init: "heUniform", seed: 1 }),
        config: networkConfig(),
        features: sizes[0],
        classes: Array.from({ length: sizes[sizes.length - 1] }, (_, c) => String(c)),
        input: null,
      }),
    );
    if (!model) continue;
    const x = randomFloats(sizes[0]);
    for (let i = 0; i < WARM; i++) await model.predict(x);
    const times: number[] = [];
    const end = performance.now() + LONGEST_MS;
    while (times.length < TIMES && performance.now() < end) {
      const start = performance.now();
      await model.predict(x);
      times.push(performance.now() - start);
    }
    await model.dispose();
    const ms = summarize(times, 1);
    bench.row({ name: what, cell, clock: "wall", ms, figures: { samplesPerSecond: 1000 / ms.median } });
  }
}
