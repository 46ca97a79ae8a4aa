import { check, checkFunction, checkNumber, checkObject, checkOneOf, checkText } from "../util/check.js";
import { type Activation, PARAMETERS } from "./activation.js";
import { ACTIVATIONS, type ActivationName } from "./index.js";

/**
 * An activation of your own, checked: what `train({ activation })` takes beside the names. It is written to files by its name, so that name
 * may not be one of those that are built in. Throws, naming the field, unless it has the parts of an `Activation`.
 */
export function defineActivation(activation: Activation): Activation {
  checkObject(activation, "activation", "name or activation");
  const { name, needs, wgsl, f, df, parameters, gradients } = activation;
  checkText(name, "activation: name");
  const where = `activation ${name}`;
  check(!Object.hasOwn(ACTIVATIONS, name), where, () => "is the name of one that is built in; take another name");
  check(/^[a-z][a-zA-Z0-9]*$/.test(name), `${where}: name`, () => "is no word of letters and digits, which files need");
  if (typeof needs !== "function") checkOneOf(needs, ["y", "z", "nothing"], `${where}: needs`);
  checkText(wgsl, `${where}: wgsl`);
  checkFunction(f, `${where}: f`);
  checkFunction(df, `${where}: df`);
  if (parameters !== undefined) {
    const fits = Array.isArray(parameters) && parameters.length > 0 && parameters.length <= PARAMETERS;
    check(fits, `${where}: parameters`, () => `is no list of one to ${PARAMETERS} parameters`);
    for (const parameter of parameters) {
      checkObject(parameter, `${where}: parameters`, "parameter");
      checkText(parameter.name, `${where}: parameters: name`);
      checkNumber(parameter.init, `${where}: ${parameter.name}`);
    }
    checkFunction(gradients as () => void, `${where}: gradients`);
  }
  return { ...activation, toJSON: () => name } as Activation;
}

/** The activation of that name, or itself. */
export function activationOf(activation: ActivationName | Activation): Activation {
  if (typeof activation !== "string") return activation;
  checkOneOf(activation, Object.keys(ACTIVATIONS) as ActivationName[], "activation");
  return ACTIVATIONS[activation];
}
