import type { Activation } from "../../../activations/activation.js";
import { paramsOf } from "../../../layers/kind.js";
import { type ParamSpec, shapeOf } from "../../../layers/param.js";
import { responseOf } from "../../../nn/config.js";
import { unshared } from "../../../nn/share-weights.js";
import { kindOf, type LayerState } from "../../../nn/state.js";
import { denseTopology } from "../../../sparse/topology.js";
import { check, checkInteger, checkKeys } from "../../../util/check.js";
import { float32, int32 } from "../../arrays.js";
import { folded } from "../../folded.js";
import { modelFields } from "../../model-json.js";
import { checkModel, membersOf, type SavedModel } from "../../saved-model.js";
import { FORMAT, INPUT, layerFile, MODEL } from "./names.js";
import type { NpyContent } from "./npy.js";
import { encodeNpz } from "./npz.js";

/** How matrices are written. */
export interface ScipyWriting {
  /** Of an ensemble: the member that is written, from 0 on. */
  readonly member?: number;
}

/**
 * A model as files for scipy, by name:
 * - `layers.0.npz`, `layers.1.npz`, ...: `scipy.sparse.load_npz` gives W [out, in] as a CSR matrix (of a dense layer all cells).
 *   `numpy.load` gives `bias` f32 [out] and `neurons` i32 [out] (original ids) beside it, and `srelu` f32 [4, out] where trained;
 * - `input.npz`, where inputs are standardised: `mean`, `std` and maybe `median`, f64 [in] (f32 of a model of version 0.1.0), maybe `clip` f64 [];
 * - `model.json`: sizes, activation and its parameters, class labels, names of the inputs, and whether there is an `input.npz`.
 *
 * Of an ensemble it is one network, that of `member`: what belongs to their average, as a temperature, is left out. Optimiser and training state
 * are left out, too: `encodeCheckpoint` keeps them. Throws a usage error on an ensemble without `member`, on a linear skip, and on layers that are
 * no matrices.
 */
export function encodeScipy(given: SavedModel, options: ScipyWriting = {}): Map<string, Uint8Array> {
  checkModel(given, "npz");
  checkKeys(options, { member: true }, "npz: option");
  const saved = memberAlone(folded(given), options.member);
  const { layers, skip } = saved.network;
  check(!skip, "npz", () => "the model has a linear skip, for which there is no file; keep it as a checkpoint");
  const files = new Map<string, Uint8Array>();
  const kinds = layers.map(kindOf);
  for (const [i, layer] of layers.entries()) {
    check(!layer.kind, `npz: layer ${i}`, () => {
      return `is of kind ${layer.kind?.name}, which is no matrix; keep the model as a checkpoint`;
    });
    files.set(layerFile(i), encodeNpz(layerArrays(layer, responseOf(saved.config, kinds, i).activation)));
  }
  if (saved.input) {
    const { mean, std, median, clip } = saved.input;
    const vectors = Object.entries({ mean, std, ...(median && { median }) });
    const arrays = vectors.map(([name, data]): [string, NpyContent] => [name, { shape: [saved.features], data }]);
    const more = clip !== undefined && { clip: { shape: [], data: Float64Array.of(clip) } };
    files.set(INPUT, encodeNpz({ ...Object.fromEntries(arrays), ...more }));
  }
  const description = { format: FORMAT, standardised: saved.input !== null, ...modelFields(saved) };
  return files.set(MODEL, new TextEncoder().encode(`${JSON.stringify(description, null, 2)}\n`));
}

/** The model whose one network is that of a member. */
function memberAlone(saved: SavedModel, member: number | undefined): SavedModel {
  const networks = membersOf(saved).flatMap(unshared);
  const last = networks.length - 1;
  check(last === 0 || member !== undefined, "npz", () => {
    return `the model is an ensemble of ${last + 1} networks, and matrices hold one; name it with member (--member), 0 to ${last}, or keep the model as a checkpoint`;
  });
  if (member !== undefined) checkInteger(member, "npz: member", 0, last);
  if (last === 0) return saved;
  const { members: _, temperature: __, threshold: ___, conformal: ____, ...rest } = saved;
  const { layers, skip, config = saved.config } = networks[member ?? 0];
  return { ...rest, network: { layers, ...(skip && { skip }) }, config };
}

function layerArrays(layer: LayerState, activation: Activation): Record<string, NpyContent> {
  const { topology, params, neurons, in: inputs, out } = layer;
  const { nnz, rowPtr, colIdx } = topology ?? denseTopology(out, inputs);
  const others = paramsOf(kindOf(layer), { activation }).filter(({ per }) => per !== "connection");
  const values = (spec: ParamSpec): NpyContent => ({ shape: shapeOf(spec, layer), data: float32(params[spec.name]) });
  return {
    format: { shape: [], data: "csr" },
    shape: { shape: [2], data: BigInt64Array.of(BigInt(out), BigInt(inputs)) },
    indptr: { shape: [out + 1], data: int32(rowPtr, "npz") },
    indices: { shape: [nnz], data: int32(colIdx, "npz") },
    data: { shape: [nnz], data: float32(params.values) },
    ...Object.fromEntries(others.map((spec) => [spec.name, values(spec)])),
    neurons: { shape: [out], data: int32(neurons, "npz") },
  };
}
