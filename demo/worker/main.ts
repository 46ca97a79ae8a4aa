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
import { figuresOfModel, modelFile, modelInfo, openModelFile, predictFile, testModel } from "./model.js";
import { dropRuns, keepRun, pastRuns } from "./past-runs.js";
import { hashFiles, holdFiles, labelsOf, previewFiles } from "./preview.js";
import { knownFeatures, startRepeats, stopRepeats } from "./repeats.js";
import { openSide, runTrial } from "./throughput.js";
import { pauseTraining, resumeTraining, startTraining, stepTraining, stopTraining, trainingStands } from "./training.js";
import { watchNetwork } from "./viewer.js";

/** What a worker does for the page; each part is a file beside this one. */
const api = {
  openData,
  holdFiles,
  hashFiles,
  labelsOf,
  previewFiles,
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
  startRepeats,
  stopRepeats,
  knownFeatures,
  openSide,
  runTrial,
  modelInfo,
  modelFile,
  openModelFile,
  figuresOfModel,
  testModel,
  predictFile,
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
};
export type WorkerApi = typeof api;

watchNetwork(drawView);
watchCalls((hdf5) => self.postMessage({ hdf5 })); // the page ends a worker whose call does not
expose(api);
