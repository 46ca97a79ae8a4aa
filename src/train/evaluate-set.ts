import type { Dataset } from "../data/dataset.js";
import type { Inputs } from "../data/sample-matrix.js";
import type { ReplayOptions } from "../device/device.js";
import type { Loss } from "../losses/loss.js";
import { lossOver } from "../losses/whole.js";
import { isSummed, type Metric, type Outcome } from "../metrics/metric.js";
import type { PassResult, Runner, SeeOutputs } from "../nn/runner.js";
import { collectOutputs, memberOf } from "../tasks/answers.js";
import { type Targets, wholeTargets } from "../tasks/checked.js";
import { inOwnUnits, type TargetScale } from "../tasks/target-scale.js";
import { type Measures, measuresOf } from "./measures.js";

/** What metrics that look at all samples of a set together need beside its outputs. */
interface WholeSet {
  readonly scale?: TargetScale;
  readonly loss: Loss;
  readonly targets: Targets;
  readonly set: Dataset<Inputs>;
  readonly outputs: readonly string[];
}

/** Loss and metrics of a set, and the sums of each member. Outputs are read back only where a metric, or the loss, looks at all of them together. */
export async function evaluateSet(
  runner: Runner,
  metrics: readonly Metric[],
  { targets, set, outputs, scale, loss }: WholeSet,
  replay?: ReplayOptions,
): Promise<{ measures: Measures; members: PassResult["members"] }> {
  const { samples } = set;
  const all = metrics.every(isSummed) && !loss.whole ? null : collectOutputs(outputs, samples);
  const each: ReturnType<typeof collectOutputs>[] = [];
  const see: SeeOutputs = (batch, start) => {
    all?.see(inOwnUnits(batch, scale), start);
    for (let j = 0; loss.whole && j < (batch.members?.weights.length ?? 0); j++) {
      each[j] ??= collectOutputs(outputs, samples);
      each[j].see(memberOf(batch, j), start);
    }
  };
  const { sums, members } = await runner.run({ ...replay, ...(all && { see }) });
  const outcomeOf = (z: Float32Array): Outcome => ({ z, targets: wholeTargets(targets, set), samples, outputs: outputs.length });
  const outcome = all ? outcomeOf(all.result().values) : undefined;
  const withLoss = ([sum, ...rest]: readonly number[], of = outcome) => [lossOver(loss, sum, of), ...rest];
  return {
    measures: measuresOf(metrics, withLoss(sums), samples, outcome),
    members: each.length > 0 ? members.map((own, j) => withLoss(own, outcomeOf(each[j].result().values))) : members,
  };
}
