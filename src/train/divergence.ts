import type { PassResult } from "../nn/runner.js";
import type { NetworkState } from "../nn/state.js";
import { CoppiceError } from "../util/check.js";
import type { Measures } from "./measures.js";

// Training that has diverged ends at once, with a message that names the member of an ensemble.

/** What an evaluation has of the training set; null where it was not evaluated. */
interface Trained {
  readonly train: Measures | null;
}

/** Throws when the last update of an epoch made a network whose loss on the training set is not finite, as no step after it can tell. */
export function checkEvaluated({ sets, members }: { sets: Trained; members: readonly Trained[] }, epoch: number): void {
  const isBad = ({ train }: Trained) => train !== null && !Number.isFinite(train.loss);
  if (!isBad(sets)) return;
  const who = ofMember(members.findIndex(isBad), members.length);
  throw diverged(epoch, ` after its last step: the outputs${who} are not finite`);
}

/** Says of which of several members, if it is known. */
const ofMember = (member: number, members: number) => (members > 1 && member >= 0 ? ` of member ${member}` : "");

/** Throws when a parameter that nothing counts on the device, such as a bias, is not finite: an activation may hide it from every output. */
export function checkBiases(members: readonly NetworkState[], epoch: number): void {
  const ofSkips = members.flatMap(({ skip }, j) =>
    skip && !skip.values.every(Number.isFinite) ? [`the linear skip${ofMember(j, members.length)}`] : [],
  );
  const ofLayers = members.flatMap(({ layers }, j) =>
    layers.flatMap(({ params: { values: _weights, ...others } }, i) => {
      const who = ofMember(j, members.length);
      return Object.entries(others).flatMap(([name, array]) =>
        array.every(Number.isFinite) ? [] : [`${name} of layer ${i}${who}`],
      );
    }),
  );
  const bad = [...ofLayers, ...ofSkips];
  if (bad.length > 0) throw diverged(epoch, `: what is not finite is ${bad.join(", ")}`);
}

/** Throws when a step's loss or a weight is not finite, by the counts of a census: nothing evolves and nothing is saved on it. */
export function checkFinite(
  { stepLoss, members: { length: members } }: PassResult,
  counts: ArrayLike<number>,
  layerCount: number,
  { epoch, from, steps }: { readonly epoch: number; readonly from: number; readonly steps: number },
): void {
  const bad = stepLoss.findIndex((value) => !Number.isFinite(value));
  const places = Array.from({ length: counts.length / 4 }, (_, i) => i).filter((i) => counts[4 * i + 3] > 0);
  if (bad < 0 && places.length === 0) return;
  const counted = counts.length / 4 / layerCount; // apart: one where members share weights
  const member = bad < 0 ? (counted > 1 ? places[0] % counted : -1) : bad % members;
  const who = ofMember(member, members);
  const layers = [...new Set(places.filter((i) => counted === 1 || i % counted === member).map((i) => Math.floor(i / counted)))];
  const where =
    layers.length > 0
      ? `layer ${layers.join(", ")}${who} has weights that are not finite`
      : `the weights${who} are finite, the outputs are not`;
  const when = bad < 0 ? "" : ` at step ${from + Math.floor(bad / members) + 1} of ${steps}`;
  throw diverged(epoch, `${when}: ${where}`);
}

function diverged(epoch: number, how: string): CoppiceError {
  return new CoppiceError(
    `training diverged in epoch ${epoch}${how}; the likely cause is a learning rate that is too high: lower it (--lr), or add warm-up (--warmup). The last finite state is that after epoch ${epoch - 1}`,
    "failure",
    "diverged",
  );
}
