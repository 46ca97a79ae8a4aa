import { createOnDemand } from "../on-demand.js";

/** Files of the run that is shown. */
export function createTake(): HTMLElement {
  const load = async () => ({ node: (await import("./panel.js")).createTakePanel() });
  return createOnDemand("take", "Take it away", load, "saves what was trained").node;
}
