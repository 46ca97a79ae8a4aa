import "./style.css";
import { createDataPanel } from "./page/data.js";
import { byId } from "./page/dom.js";
import { createFitPanel } from "./page/fit/panel.js";
import { createModelPanel } from "./page/model.js";
import { startPage } from "./page/start.js";
import { createSteps } from "./page/steps.js";
import { createThroughputPanel } from "./page/throughput.js";
import { createTrainPanel } from "./page/train.js";
import { createTrustPanel } from "./page/trust.js";

createSteps();
createDataPanel();
createTrainPanel();
createFitPanel();
createTrustPanel();
createModelPanel();
createThroughputPanel();
startPage().catch((error) => {
  const notice = byId("unusable");
  notice.textContent = String(error);
  notice.hidden = false;
});
