import { suiteConfig } from "../../src/experiment/check-config.js";
import type { SuiteOptions } from "../../src/experiment/config.js";
import { decodeCheckpoint } from "../../src/io/checkpoint.js";
import { decodeSafetensors } from "../../src/io/safetensors.js";
import { checkpointFile, safetensorsFile } from "./grammar/safetensors.js";
import { suiteText } from "./grammar/suite.js";
import { validCheckpoints } from "./models.js";
import { cases, own, type Target, utf8 } from "./target.js";

/** What reads models, and the settings of experiments, by name. */
export const MODELS = {
  safetensors: {
    cases: cases(safetensorsFile, own, (bytes) => [async () => decodeSafetensors(bytes, "fuzz.safetensors")]),
    place: /byte \d+|tensor |header|__metadata__/,
    sources: ["src/io/safetensors.ts"],
  },
  checkpoint: {
    cases: cases(checkpointFile(validCheckpoints()), own, (bytes) => [async () => decodeCheckpoint(bytes, "fuzz.safetensors")]),
    place: /byte \d+|tensor |header|: [\w. ]+: |format|layer \d/,
    sources: ["src/io/checkpoint.ts", "src/io/checkpoint-config.ts", "src/io/checksums.ts"],
  },
  suite: {
    cases: cases(suiteText, utf8, (text) => [
      async () => {
        let json: unknown;
        try {
          json = JSON.parse(text);
        } catch {
          return "no JSON";
        }
        return suiteConfig(json as SuiteOptions, "fuzz", "fuzz.json");
      },
    ]),
    place:
      /fuzz\.json: .*(key|datasets?|name|seed|methods|studies|study|lrs|decays|validation|folds|removeAfter|hidden|epsilon|epochs|batch|splits|test|fixed|label|header|orientation|id|labels|group|missing|x|y|object)/,
    sources: ["src/experiment/check-config.ts"],
  },
} satisfies Readonly<Record<string, Target>>;
