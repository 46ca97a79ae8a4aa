import { answerOf } from "../ensemble.js";
import { trainSharing, trainSound } from "../networks.js";
import type { Tuned } from "../tune.js";
import type { Arm } from "./arm.js";

/** npset networks that share their weights, at the rates that were tuned for one npset network. */
export const shared: Arm = {
  needs: { arm: "blend", answer: "npset" },
  costs: ({ members }) => [{ method: "npset", members: members.shared, tunes: false }],
  async run(bench, needed) {
    const { shared: count } = bench.study.members;
    const npset = needed?.tuned as Tuned;
    const { members, parameters, tuned } = await trainSound(npset, (rates) => trainSharing(bench, "npset", rates, count));
    const about = tuned.lr < npset.lr ? { about: `diverged at the rate of npset, ${npset.lr}; trained at ${tuned.lr}` } : {};
    return { shared: { ...answerOf(members, bench.test, count), parameters, ...about } };
  },
};
