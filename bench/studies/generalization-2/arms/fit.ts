import { takeSamples } from "../../../../src/api/data.js";
import { type Dataset, fit as findModel } from "../../../../src/api/index.js";
import { answerOf } from "../ensemble.js";
import { ask, parametersOf } from "../networks.js";
import type { Arm } from "./arm.js";

/** What `fit` finds in the training part in its seconds. It asks the clock how long an epoch takes: what runs beside it makes it search less. */
export const fit: Arm = {
  asksClock: true,
  costs: ({ budget }) => [{ seconds: budget }],
  async run({ study, device, train, test, seed }) {
    const known = withoutSingles(train);
    const { model, chosen, plan } = await findModel(known, { ...study.howToFit(known, seed), device });
    const members = { probabilities: [await ask(device, model, test)], parameters: [parametersOf(model)] };
    const { network, linear } = chosen.best;
    const tried = `${plan.candidates.network.length} networks and ${plan.candidates.linear.length} linear tried`;
    const best = [network?.candidate.name, linear.candidate.name].filter((name) => name !== undefined).join("; ");
    const about = `${tried}; network ${chosen.weights.network.toFixed(3)}, linear ${chosen.weights.linear.toFixed(3)}; ${best}`;
    return { fit: { ...answerOf(members, test, 1), about } };
  },
};

/** Leaves out classes of one sample, which `fit` refuses, as it says. */
function withoutSingles(train: Dataset): Dataset {
  const sizes = train.classes.map((_, c) => train.y.reduce((sum, own) => sum + Number(own === c), 0));
  const left = [...train.y.keys()].filter((i) => sizes[train.y[i]] > 1);
  return left.length < train.samples ? takeSamples(train, left) : train;
}
