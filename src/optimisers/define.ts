import { check, checkFunction, checkNumber, checkObject, checkOneOf, checkText } from "../util/check.js";
import { OPTIMISERS, type OptimizerName } from "./index.js";
import { HYPER, type Optimiser, STATES } from "./optimiser.js";

/**
 * An optimiser of your own, checked: what `train({ optimizer })` takes beside the names. It is written to files by its name, so that name
 * may not be one of those that are built in. Throws, naming the field, unless it has the parts of an `Optimiser`.
 */
export function defineOptimiser(optimiser: Optimiser): Optimiser {
  checkObject(optimiser, "optimizer", "name or optimiser");
  const { name, state, hyper, wgsl, step } = optimiser;
  checkText(name, "optimizer: name");
  const where = `optimizer ${name}`;
  check(!Object.hasOwn(OPTIMISERS, name), where, () => "is the name of one that is built in; take another name");
  check(Array.isArray(state) && state.length <= STATES, `${where}: state`, () => `is no list of at most ${STATES} names`);
  for (const key of state) checkText(key, `${where}: state`);
  checkObject(hyper, `${where}: hyper`);
  check(Object.keys(hyper).length <= HYPER, `${where}: hyper`, () => `has more than ${HYPER} constants`);
  for (const [key, constant] of Object.entries(hyper)) {
    checkObject(constant, `${where}: ${key}`, "constant");
    checkNumber(constant.default, `${where}: ${key}`);
  }
  checkText(wgsl, `${where}: wgsl`);
  checkFunction(step, `${where}: step`);
  return { ...optimiser, toJSON: () => name } as Optimiser;
}

/** The optimiser of that name, or itself. */
export function optimiserOf(optimiser: OptimizerName | Optimiser): Optimiser {
  if (typeof optimiser !== "string") return optimiser;
  checkOneOf(optimiser, Object.keys(OPTIMISERS) as OptimizerName[], "optimizer");
  return OPTIMISERS[optimiser];
}
