import type { NetworkView } from "../../src/api/index.js";

/** `still`: nothing moves the weights any more. */
type Show = (view: NetworkView, still?: boolean) => void;

let show: Show | undefined;

/** Who is shown the network of the first run whenever its shape has changed, and the model when it is put on a device. */
export function watchNetwork(viewer: Show): void {
  show = viewer;
}

export function showNetwork(view: NetworkView, still = false): void {
  show?.(view, still);
}
