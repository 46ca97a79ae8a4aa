import type { CommandSpec } from "../command.js";
import { bench } from "./bench.js";
import { blendModels } from "./blend.js";
import { datasets } from "./datasets.js";
import { encode } from "./encode.js";
import { evaluate } from "./eval.js";
import { experiment, experimentSlot } from "./experiment.js";
import { explain } from "./explain.js";
import { exportModel } from "./export.js";
import { fit } from "./fit.js";
import { importModel } from "./import.js";
import { info } from "./info.js";
import { inspect } from "./inspect.js";
import { measure } from "./measure.js";
import { predict } from "./predict.js";
import { select } from "./select.js";
import { train } from "./train.js";
import { tune } from "./tune.js";
import { worker } from "./worker.js";

/** Every command, in the order of the help. */
export const COMMANDS: readonly CommandSpec[] = [
  ...[
    info,
    train,
    fit,
    evaluate,
    predict,
    encode,
    explain,
    select,
    measure,
    inspect,
    exportModel,
    importModel,
    blendModels,
    tune,
    bench,
    datasets(),
    experiment,
    worker,
  ],
  experimentSlot,
];
