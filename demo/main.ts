import "./style.css";
import { byId } from "./page/dom.js";
import { startPage } from "./page/start.js";
import { createTrainPanel } from "./page/train.js";

createTrainPanel();
startPage().catch((error) => {
  const notice = byId("unusable");
  notice.textContent = String(error);
  notice.hidden = false;
});
