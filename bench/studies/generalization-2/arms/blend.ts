import { answerOf, average } from "../ensemble.js";
import { trainMembers, trainSound, tuned } from "../networks.js";
import type { Arm } from "./arm.js";

/** `linear`, npset with as many members as accuracy is drawn up to, and the average half and half of linear and ten of them. */
export const blend: Arm = {
  costs: ({ members }) => [
    { method: "linear", members: 1, tunes: true },
    { method: "npset", members: members.npset, tunes: true },
  ],
  async run(bench) {
    const { all, npset } = bench.study.members;
    const train = async (method: "linear" | "npset", count: number) =>
      trainSound(await tuned(bench, method), (rates) => trainMembers(bench, method, rates, count));
    const linear = await train("linear", 1);
    const networks = await train("npset", npset);
    const halves = [average(networks.probabilities.slice(0, all)), linear.probabilities[0]];
    const weights = [...networks.parameters.slice(0, all), ...linear.parameters];
    const together = { probabilities: [average(halves)], parameters: [weights.reduce((sum, own) => sum + own, 0)] };
    return {
      linear: { ...answerOf(linear, bench.test, 1), tuned: linear.tuned },
      npset: { ...answerOf(networks, bench.test, all), tuned: networks.tuned },
      blend: answerOf(together, bench.test, 1),
    };
  },
};
