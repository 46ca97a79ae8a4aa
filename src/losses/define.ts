import { check, checkFunction, checkObject, checkText } from "../util/check.js";
import { shown } from "../util/shown.js";
import { LOSSES, type LossName } from "./index.js";
import type { Loss } from "./loss.js";

/**
 * A loss of your own, checked: `train({ loss })` takes it beside the names. Files name it, so its name may not be one that is built in.
 * Throws, naming the field, unless it has the parts of a `Loss`.
 */
export function defineLoss(loss: Loss): Loss {
  checkObject(loss, "loss", "name or loss");
  const { name, wgsl, sample } = loss;
  checkText(name, "loss: name");
  const where = `loss ${name}`;
  check(!Object.hasOwn(LOSSES, name), where, () => "is the name of one that is built in; take another name");
  checkText(wgsl, `${where}: wgsl`);
  check(wgsl.includes("fn sampleLoss("), `${where}: wgsl`, () => `${shown(wgsl)} has no function sampleLoss`);
  checkFunction(sample, `${where}: sample`);
  return { ...loss, toJSON: () => name } as Loss;
}

/** The loss of that name, or itself. */
export function lossOf(loss: LossName | Loss): Loss {
  return typeof loss === "string" ? LOSSES[loss] : loss;
}
