import type { NetworkView } from "../../src/api/index.js";
import { memberTopology } from "../../src/nn/stack.js";

/** `still`: nothing moves the weights any more. */
type Show = (view: NetworkView, run: number, still?: boolean) => void;

let show: Show | undefined;

/** Who is shown the networks of the runs whenever their shape has changed, and the model when it is put on a device. */
export function watchNetwork(viewer: Show): void {
  show = viewer;
}

export function showNetwork(view: NetworkView, run = 0, still = false): void {
  show?.(firstMember(view), run, still);
}

/** The first member of an ensemble: in each layer its part comes first. The others look alike, and would lie in the same places. */
export function firstMember(view: NetworkView): NetworkView {
  const layers = view.layers.map((layer) => {
    const place = layer.members?.[0];
    if (!place) return layer;
    const topology = layer.topology && memberTopology(layer.topology, place);
    return { ...layer, in: place.cols, out: place.rows, topology, neurons: layer.neurons.slice(0, place.rows), members: null };
  });
  return {
    device: view.device,
    layers,
    get valid() {
      return view.valid;
    },
  };
}
