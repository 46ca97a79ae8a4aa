import { rawFeatures } from "../../../data/prepare/index.js";
import type { Standardizer } from "../../../data/standardize.js";
import type { OnnxLayer } from "../../../layers/kind.js";
import { lossOf } from "../../../losses/index.js";
import { evaluationScale, type NetworkConfig, responseOf } from "../../../nn/config.js";
import { unshared } from "../../../nn/share-weights.js";
import { kindOf, type LayerState, type Member, type NetworkState } from "../../../nn/state.js";
import type { Topology } from "../../../sparse/topology.js";
import { taskIn } from "../../../tasks/index.js";
import { check, checkBoolean, checkKeys } from "../../../util/check.js";
import type { FloatArray } from "../../../util/types.js";
import { version } from "../../../util/version.js";
import { float32 } from "../../arrays.js";
import { folded } from "../../folded.js";
import { checkModel, membersOf, type SavedModel } from "../../saved-model.js";
import { encodeOnnxModel, ONNX_FLOAT, type OnnxNode, type OnnxSparseTensor, type OnnxTensor } from "./onnx-proto.js";
import { applyPrepared } from "./prepared.js";

/** ONNX 1.12, which runtimes of 2022 and later read; IR version 8 goes with it. */
const ONNX_OPSET = 17;
const IR_VERSION = 8;
/** What a protobuf message may take, less room for everything that is no weight. */
const MAX_BYTES = 2 ** 31 - 2 ** 22;

/**
 * Deviations that a mean may be from 0 where inputs are of 32 bits: a value's rounding is then below 2^-15 deviations. Beyond that, as of
 * milliseconds since 1970, inputs and statistics are doubles.
 */
const MOST_DEVIATIONS = 2 ** 8;
/** Below it 32 bits hold ever fewer digits of values, and from 1e-45 on none. */
const LEAST_DEVIATION = 1e-30;

/** How a model is written as ONNX. */
export interface OnnxOptions {
  /**
   * Write sparse layers as sparse_initializer: values and positions, 12 bytes per connection rather than 4 bytes per cell.
   * Few runtimes load it. onnxruntime does, and makes it dense. So the file gets smaller, but it takes as much memory and time.
   */
  readonly sparse?: boolean;
}

/**
 * A model as an ONNX file (operator set 17) that answers as `predict` does.
 *
 * - in: `inputs` f32 [batch, features], raw as in the data. They are f64 if 32 bits are too few for a feature:
 *   its mean is over 256 deviations from 0, or its values are below 1e-30.
 * - out: `label` int64 [batch], the class of the largest output (the first of equals).
 * - out: `probabilities` f32 [batch, classes], the softmax of the outputs whatever the loss.
 *   Of another task than classification, what its `onnx` makes of the outputs.
 *
 * Members that share weights are a network each, with its scalings among its weights.
 * Of an ensemble the members' probabilities are averaged, of other losses their outputs, each by its weight where they have any.
 * They are calibrated by the model's temperature if it has one.
 * Missing values (NaN) get the model's medians where it has any. Without any the answer means nothing, where `predict` throws.
 * Steps before scaling (`prepared`) are part of the graph, but for quantile, which has no form.
 * Layers are Gemm with weights [out, in], missing connections as zeros.
 * Metadata: `classes` and, where there are any, `featureNames` and `imageShape`, as JSON.
 *
 * Throws when the weights take more than the 2 GiB of a protobuf file.
 */
export function encodeOnnx(given: SavedModel, options: OnnxOptions = {}): Uint8Array {
  checkKeys(options, { sparse: true }, "onnx: option");
  const { sparse = false } = options;
  checkBoolean(sparse, "onnx: sparse");
  checkModel(given, "onnx", false);
  const saved = folded(given);
  const members = membersOf(saved).flatMap(unshared);
  checkLayers(
    members.flatMap(({ layers }) => layers),
    sparse,
  );
  const { config, classes } = saved;
  const { features } = rawFeatures(saved);
  const task = taskIn(saved);
  check(task.onnx !== undefined, "onnx", () => `task ${task.name} has no ONNX form; give it one (onnx), or export to npz`);
  const graph = createGraph(sparse);
  const type = inputType(saved.input);
  const x = standardise(graph, saved.input, applyPrepared(graph, saved.prepared, "inputs", type), type);
  const answers = members.map((network, j) =>
    applyNetwork(graph, network, network.config ?? config, x, members.length > 1 ? `members.${j}.` : ""),
  );
  const z = members.length > 1 ? averageOf(graph, answers, members, config) : answers[0];
  const answer = inOwnUnits(graph, saved.targets, classes.length, calibrated(graph, z, saved));
  const outputs = task.onnx(graph, answer, classes, x);
  return encodeOnnxModel({
    irVersion: IR_VERSION,
    opset: ONNX_OPSET,
    producer: { name: "coppice", version },
    graph: { name: "coppice", ...graph, inputs: [{ name: "inputs", type, dims: ["batch", features] }], outputs },
    metadata: metadataOf(saved),
  });
}

function metadataOf(saved: SavedModel): Map<string, string> {
  const { classes, imageShape } = saved;
  const { featureNames } = rawFeatures(saved);
  const about = { classes, ...(featureNames && { featureNames }), ...(imageShape && { imageShape }) };
  return new Map(Object.entries(about).map(([key, value]) => [key, JSON.stringify(value)]));
}

/** Throws where arrays of connections do not fit together, or where the weights take more than a file holds. */
function checkLayers(layers: readonly LayerState[], sparse: boolean): void {
  for (const [i, { topology, out, params }] of layers.entries()) {
    const fits = !topology || (topology.rowPtr?.length === out + 1 && topology.colIdx?.length === topology.nnz);
    check(fits && (!topology || params.values.length === topology.nnz), `onnx: layer ${i}`, () => {
      return "its arrays are not of its connections";
    });
  }
  const bytesOf = (layer: LayerState) =>
    sparse && layer.topology ? 12 * layer.topology.nnz : layer.kind ? 0 : 4 * layer.in * layer.out;
  const bytes = layers.reduce((sum, layer) => sum + bytesOf(layer), 0);
  check(bytes <= MAX_BYTES, "onnx", () => {
    return `the weights take ${bytes} bytes${sparse ? "" : " as dense matrices"}, an ONNX file holds at most ${MAX_BYTES}; ${sparse ? "export to npz" : "write them as sparse initialisers (sparse: true, --sparse), or export to npz"}`;
  });
}

type Graph = ReturnType<typeof createGraph>;

/** Collects the graph's nodes and tensors; every method returns the name of what it made. */
function createGraph(sparse: boolean) {
  const nodes: OnnxNode[] = [];
  const tensors: OnnxTensor[] = [];
  const sparseTensors: OnnxSparseTensor[] = [];
  return {
    nodes,
    tensors,
    sparseTensors,
    node(op: string, inputs: string[], output: string, attributes: Pick<OnnxNode, "ints" | "floats"> = {}): string {
      nodes.push({ op, inputs, output, ...attributes });
      return output;
    },
    tensor(name: string, dims: number[], data: FloatArray): string {
      tensors.push({ name, dims, type: "float", data: float32(data) });
      return name;
    },
    doubles(name: string, dims: number[], data: FloatArray): string {
      tensors.push({ name, dims, type: "double", data: Float64Array.from(data) });
      return name;
    },
    integers(name: string, data: readonly number[]): string {
      tensors.push({ name, dims: [data.length], type: "int64", data: BigInt64Array.from(data, BigInt) });
      return name;
    },
    matrix(name: string, topology: Topology, values: Float32Array): string {
      if (!sparse) return this.tensor(name, [topology.rows, topology.cols], filled(topology, values));
      sparseTensors.push(sparseTensor(name, topology, values));
      return name;
    },
  };
}

/** What inputs are: doubles where rounding them, or the statistics, to 32 bits would tell. Models of version 0.1.0 round them to 32. */
function inputType(input: Standardizer | null): "float" | "double" {
  if (!input || input.mean instanceof Float32Array) return "float";
  const fits = (mean: number, deviation: number) =>
    (Math.abs(mean) <= MOST_DEVIATIONS * deviation && deviation >= LEAST_DEVIATION) ||
    (deviation === 1 && Math.fround(mean) === mean && Math.abs(mean) <= 2 ** 24); // constant in training
  return input.std.every((deviation, j) => fits(input.mean[j], deviation)) ? "float" : "double";
}

/** (x - mean) / std, after the medians were put where x is NaN, maybe smoothly clipped: of doubles in doubles, then rounded to floats. */
function standardise(graph: Graph, input: Standardizer | null, x: string, type: "float" | "double"): string {
  if (!input) return x;
  const wide = type === "double";
  const tensor = (name: string, data: FloatArray) => graph[wide ? "doubles" : "tensor"](`input.${name}`, [data.length], data);
  let known = x;
  if (input.median) {
    const missing = graph.node("IsNaN", [x], "input.missing");
    known = graph.node("Where", [missing, tensor("median", input.median), x], "input.known");
  }
  const centred = graph.node("Sub", [known, tensor("mean", input.mean)], "input.centred");
  const scaled = graph.node("Div", [centred, tensor("std", input.std)], "input.standardised");
  const clip = input.clip && tensor("clip", Float64Array.of(input.clip));
  const standardised = clip ? clipSmoothly(graph, scaled, clip, tensor("one", Float64Array.of(1))) : scaled;
  return wide ? graph.node("Cast", [standardised], "input.rounded", { ints: { to: ONNX_FLOAT } }) : standardised;
}

/** z / sqrt(1 + (z / clip)^2) */
function clipSmoothly(graph: Graph, z: string, clip: string, one: string): string {
  const share = graph.node("Div", [z, clip], "input.share");
  const square = graph.node("Mul", [share, share], "input.square");
  const root = graph.node("Sqrt", [graph.node("Add", [square, one], "input.sum")], "input.root");
  return graph.node("Div", [z, root], "input.clipped");
}

/** Outputs in the targets' own units: z std + mean. */
function inOwnUnits(graph: Graph, scale: SavedModel["targets"], outputs: number, z: string): string {
  if (!scale) return z;
  const tensor = (name: string, of: FloatArray) => {
    const each = Float64Array.from({ length: outputs }, (_, c) => of[Math.floor((c * of.length) / outputs)]);
    return graph.tensor(`targets.${name}`, [outputs], each);
  };
  return graph.node(
    "Add",
    [graph.node("Mul", [z, tensor("std", scale.std)], "targets.scaled"), tensor("mean", scale.mean)],
    "targets",
  );
}

/** The outputs of a network, whose names begin with `at`. */
function applyNetwork(graph: Graph, { layers, skip }: NetworkState, config: NetworkConfig, x: string, at: string): string {
  const kinds = layers.map(kindOf);
  let y = x;
  for (const [i, layer] of layers.entries()) {
    const use = { response: responseOf(config, kinds, i), zScale: evaluationScale(config, kinds, i) };
    y = applyLayer(graph, layer, use, `${at}layers.${i}`, y);
  }
  if (!skip) return y;
  const weight = graph.tensor(`${at}skip.weight`, [layers[layers.length - 1].out, layers[0].in], skip.values);
  const linear = graph.node("Gemm", [x, weight], `${at}skip.z`, { ints: { transB: 1 } });
  return graph.node("Add", [y, linear], `${at}skip.sum`);
}

/** What kernel `average` makes of the outputs of an ensemble's members: of probabilities their logarithm, whose softmax they are, or log odds. */
function averageOf(graph: Graph, outputs: readonly string[], members: readonly Member[], { loss }: NetworkConfig): string {
  const { average, of } = lossOf(loss);
  const mean = meansOf(graph, members);
  if (average !== "probabilities") return mean(outputs, "average");
  const logOf = (name: string, op: string, of: readonly string[]) => {
    const each = of.map((z, j) => graph.node(op, [z], `members.${j}.${name}`, op === "Softmax" ? { ints: { axis: -1 } } : {}));
    return graph.node("Log", [mean(each, `average.${name}`)], `average.${name}.log`);
  };
  if (of !== "labels") return logOf("probabilities", "Softmax", outputs);
  const without = outputs.map((z, j) => graph.node("Neg", [z], `members.${j}.negative`)); // 1 - p has no digits of a p near 1
  return graph.node("Sub", [logOf("probabilities", "Sigmoid", outputs), logOf("without", "Sigmoid", without)], "average.odds");
}

/** Makes means of the members' values, by their weights where they have any. */
function meansOf(graph: Graph, members: readonly Member[]) {
  const weights = members.map(({ weight }, j) =>
    weight === undefined ? null : graph.tensor(`members.${j}.weight`, [], Float32Array.of(weight)),
  );
  return (values: readonly string[], name: string): string => {
    const shares = values.flatMap((value, j) => {
      const weight = weights[j];
      return weight === null ? [] : graph.node("Mul", [value, weight], `${name}.share.${j}`);
    });
    return shares.length > 0 ? graph.node("Sum", shares, name) : graph.node("Mean", [...values], name);
  };
}

/** Outputs divided by the model's temperature, if it has one. */
function calibrated(graph: Graph, z: string, { temperature }: SavedModel): string {
  if (temperature === undefined) return z;
  return graph.node("Div", [z, graph.tensor("temperature", [], Float32Array.of(temperature))], "calibrated");
}

/** y of a layer, in the form that its kind and its activation have for ONNX. */
function applyLayer(graph: Graph, layer: LayerState, use: Pick<OnnxLayer, "response" | "zScale">, at: string, x: string): string {
  const where = `onnx: ${at.replace(/layers\.(\d+)$/, "layer $1").replace(/^members\.(\d+)\./, "member $1, ")}`;
  const { name: kind, onnx } = kindOf(layer);
  check(onnx !== undefined, where, () => `kind ${kind} has no ONNX form; give it one (onnx)`);
  const { name, parameters = [], onnx: form } = use.response.activation;
  check(form !== undefined, where, () => `activation ${name} has no ONNX form; give it one (onnx), or export to npz`);
  const params = Object.fromEntries(Object.entries(layer.params).map(([param, data]) => [param, float32(data)]));
  const trained = params[name]?.length ?? 0;
  check(trained === parameters.length * layer.out, where, () => `it has no parameters of activation ${name}`);
  return onnx(graph, x, (part) => `${at}.${part}`, params, { ...layer, ...use });
}

/** W [out, in], 0 where there is no connection. */
function filled({ rows, cols, rowPtr, colIdx }: Topology, values: Float32Array): Float32Array {
  const dense = new Float32Array(rows * cols);
  for (let r = 0; r < rows; r++) for (let k = rowPtr[r]; k < rowPtr[r + 1]; k++) dense[r * cols + colIdx[k]] = values[k];
  return dense;
}

/** The weights that are not 0: the format holds no others. */
function sparseTensor(name: string, { rows, cols, rowPtr, colIdx }: Topology, values: Float32Array): OnnxSparseTensor {
  const kept = values.filter((value) => value !== 0);
  const indices = new BigInt64Array(kept.length);
  let at = 0;
  for (let r = 0; r < rows; r++)
    for (let k = rowPtr[r]; k < rowPtr[r + 1]; k++) if (values[k] !== 0) indices[at++] = BigInt(r * cols + colIdx[k]);
  return { name, dims: [rows, cols], values: kept, indices };
}
