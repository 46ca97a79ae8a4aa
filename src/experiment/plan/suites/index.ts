import { suiteConfig } from "../check-config.js";
import type { SuiteConfig, SuiteOptions } from "../config.js";
import { generalization } from "./generalization.js";

/** The suites that coppice brings, by name. */
export const SUITES: Readonly<Record<string, SuiteOptions>> = { generalization };

/** A built-in suite. */
export function builtInSuite(name: string): SuiteConfig {
  return suiteConfig(SUITES[name], name, `suite ${name}`);
}
