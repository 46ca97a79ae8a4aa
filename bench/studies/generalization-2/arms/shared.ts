import { answerOf } from "../ensemble.js";
import { type Rates, trainSharing } from "../networks.js";
import type { Arm } from "./arm.js";

/** npset networks that share their weights, at the rates that were tuned for one npset network. */
export const shared: Arm = {
  needs: { arm: "blend", answer: "npset" },
  costs: ({ members }) => [{ method: "npset", members: members.shared, tunes: false }],
  async run(bench, needed) {
    const { members, parameters } = await trainSharing(bench, "npset", needed?.tuned as Rates, bench.study.members.shared);
    return { shared: { ...answerOf(members, bench.test, bench.study.members.shared), parameters } };
  },
};
