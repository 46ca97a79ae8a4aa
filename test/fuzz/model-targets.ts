import { suiteConfig } from "../../src/experiment/plan/check-config.js";
import type { SuiteOptions } from "../../src/experiment/plan/config.js";
import { encodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { safetensors } from "../../src/io/formats/checkpoint/format.js";
import { decodeSafetensors, inMemory } from "../../src/io/formats/checkpoint/safetensors.js";
import { loadPredictor } from "../../src/io/formats/predictor/predictor.js";
import { decodeScipy } from "../../src/io/formats/scipy/decode.js";
import { checkpointFile, safetensorsFile } from "./grammar/safetensors.js";
import { scipyFiles } from "./grammar/scipy.js";
import { suiteText } from "./grammar/suite.js";
import { validCheckpoints, validModels, validPredictors } from "./models.js";
import { cases, MAX_BYTES, own, type Target, total, utf8 } from "./target.js";

const { read } = safetensors.file ?? {}; // not by the index, whose writers reach for packages

/** How the reader of each format of models is fuzzed, by the format's name: its targets by theirs. */
export const MODEL_GRAMMARS: Readonly<Record<string, Readonly<Record<string, Target>>>> = {
  safetensors: {
    safetensors: {
      cases: cases(safetensorsFile, own, (bytes) => [async () => decodeSafetensors(bytes, "fuzz.safetensors")]),
      place: /byte \d+|tensor |header|__metadata__/,
      sources: ["src/io/formats/checkpoint/safetensors.ts"],
    },
    checkpoint: {
      cases: cases(checkpointFile(validCheckpoints()), own, (bytes) => [
        async () => read?.(inMemory(bytes), "fuzz.safetensors", []),
      ]),
      place: /byte \d+|tensor |header|: [\w. [\]]+: |format|layer \d/,
      sources: [
        "src/io/formats/checkpoint/checkpoint.ts",
        "src/io/model-json.ts",
        "src/io/formats/checkpoint/checksums.ts",
        "src/io/formats/checkpoint/quantise.ts",
      ],
    },
  },
  npz: {
    scipy: {
      cases: cases(
        scipyFiles(validModels()),
        ({ files }) => total([...files.values()]),
        ({ files, options }) => [async () => encodeCheckpoint(await decodeScipy(files, { ...options, maxBytes: MAX_BYTES }))],
      ),
      // the files' own names are no places
      place:
        /byte \d+|array "?\w|indptr|cell \(|: layer \d|of a model of|no layers\.0|model\.json: (format|says|[\w. [\]]+: )|classes|labels of|input\.npz\.\w/,
      sources: ["src/io/formats/scipy/decode.ts"],
    },
  },
};

/** What reads models, and the settings of experiments, by name. */
export const MODELS: Readonly<Record<string, Target>> = {
  ...Object.assign({}, ...Object.values(MODEL_GRAMMARS)),
  predictor: {
    cases: cases(checkpointFile(validPredictors()), own, (bytes) => [
      async () => loadPredictor(bytes, "fuzz.predictor").predict(Float32Array.of(1, 0, 2, 3)),
    ]),
    place: /byte \d+|tensor |header|: [\w. [\]]+: |format|layers\.\d|predict: /,
    sources: [
      "src/io/formats/predictor/predictor.ts",
      "src/io/formats/predictor/program.ts",
      "src/io/formats/predictor/member.ts",
    ],
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
};
