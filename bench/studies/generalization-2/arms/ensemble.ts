import type { MethodName } from "../../../../src/methods/index.js";
import { answerOf } from "../ensemble.js";
import { trainMembers, trainSound, tuned } from "../networks.js";
import type { Arm } from "./arm.js";

/** Ten networks of a method, whose rates are those of one. */
export function ensemble(method: MethodName): Arm {
  return {
    costs: ({ members }) => [{ method, members: members.all, tunes: true }],
    async run(bench) {
      const { all } = bench.study.members;
      const members = await trainSound(await tuned(bench, method), (rates) => trainMembers(bench, method, rates, all));
      return { [method]: { ...answerOf(members, bench.test, all), tuned: members.tuned } };
    },
  };
}
