// What the page shows of a model's insides, loaded when it is first asked for.

export { explainSample, sampleNames } from "./explain.js";
export { answerPicture, endPicture, padInfo, testPicture } from "./pad.js";
export { planeOf } from "./plane.js";
export { wiringAt, wiringInfo } from "./wiring.js";
