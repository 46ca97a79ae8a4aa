import { expose } from "comlink";
import { watchCalls } from "../../src/data/formats/hdf5/calls.js";
import { lookAhead } from "./ahead.js";
import { openData } from "./data.js";
import { closeDevice, deviceInfo } from "./device.js";
import {
  drawingStats,
  drawView,
  moveDrawing,
  networkSvg,
  openDrawing,
  pointAtDrawing,
  resetDrawing,
  resizeDrawing,
  seeDrawing,
  themeDrawing,
  zoomDrawing,
} from "./drawing/api.js";
import { forgetKept, keptState } from "./kept.js";
import { discardKept, freedKept, keptFile, setKeeping } from "./kept-folders.js";
import { figuresOfModel, modelFile, modelInfo, openModelFile } from "./model.js";
import { dropRuns, keepRun, pastRuns } from "./past-runs.js";
import { pauseTraining, resumeTraining, startTraining, stepTraining, stopTraining, trainingStands } from "./training.js";
import { watchNetwork } from "./viewer.js";

/** Functions of a part that is loaded when one of them is first called. Calls come in their order: they wait for one promise, as imports end in any. */
function late<Part extends object, Name extends keyof Part>(load: () => Promise<Part>, ...names: Name[]): Pick<Part, Name> {
  let loading: Promise<Part> | undefined;
  const again = (error: unknown) => {
    loading = undefined;
    throw error;
  };
  const call =
    (name: Name) =>
    async (...args: unknown[]) => {
      loading ??= load().catch(again);
      return ((await loading)[name] as (...args: unknown[]) => unknown)(...args);
    };
  return Object.fromEntries(names.map((name) => [name, call(name)])) as Pick<Part, Name>;
}

/** What a worker does for the page; each part is a file beside this one. */
const api = {
  openData,
  closeDevice,
  deviceInfo,
  lookAhead,
  startTraining,
  pauseTraining,
  resumeTraining,
  stepTraining,
  stopTraining,
  trainingStands,
  pastRuns,
  keepRun,
  dropRuns,
  keptState,
  keptFile,
  setKeeping,
  discardKept,
  freedKept,
  forgetKept,
  modelInfo,
  modelFile,
  openModelFile,
  figuresOfModel,
  openDrawing,
  resizeDrawing,
  seeDrawing,
  moveDrawing,
  zoomDrawing,
  resetDrawing,
  themeDrawing,
  pointAtDrawing,
  networkSvg,
  drawingStats,
  ...late(() => import("./preview.js"), "holdFiles", "hashFiles", "labelsOf", "previewFiles"),
  ...late(() => import("./repeats.js"), "startRepeats", "stopRepeats", "knownFeatures"),
  ...late(() => import("./project.js"), "writeProject", "readProject"),
  ...late(() => import("./model-test.js"), "testModel"),
  ...late(() => import("./model-measure.js"), "measureModel"),
  ...late(() => import("./model-predict.js"), "predictFile"),
  ...late(
    () => import("./see/index.js"),
    "sampleNames",
    "explainSample",
    "planeOf",
    "padInfo",
    "testPicture",
    "answerPicture",
    "endPicture",
    "wiringInfo",
    "wiringAt",
  ),
  ...late(() => import("./throughput.js"), "openSide", "runTrial"),
};
export type WorkerApi = typeof api;

watchNetwork(drawView);
watchCalls((hdf5) => self.postMessage({ hdf5 })); // the page ends a worker whose call does not
expose(api);
