import { PbfWriter } from "pbf";

/** An initialiser, row-major: floats of 32 bits, doubles, or indices; `dims` is [] for a scalar. */
export interface OnnxTensor extends TypedTensor {
  readonly type: "float" | "double" | "int64";
}

/** A sparse initialiser: the values that are not 0, and where they are in the row-major dense tensor, increasing. */
export interface OnnxSparseTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly values: Float32Array;
  readonly indices: BigInt64Array;
}

/** An operator with its attributes, apart by type as the format has them. */
export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly ints?: Readonly<Record<string, number>>;
  readonly floats?: Readonly<Record<string, number>>;
}

/** An input or output of the graph; a dimension is a size, or the name of one that is free. */
export interface OnnxValue {
  readonly name: string;
  readonly type: "float" | "double" | "int64";
  readonly dims: readonly (number | string)[];
}

export interface OnnxModel {
  readonly irVersion: number;
  /** Version of the default operator set. */
  readonly opset: number;
  readonly producer: { readonly name: string; readonly version: string };
  readonly graph: {
    readonly name: string;
    readonly nodes: readonly OnnxNode[];
    readonly tensors: readonly OnnxTensor[];
    readonly sparseTensors: readonly OnnxSparseTensor[];
    readonly inputs: readonly OnnxValue[];
    readonly outputs: readonly OnnxValue[];
  };
  readonly metadata: ReadonlyMap<string, string>;
}

/** TensorProto.DataType. */
const TYPES = { float: 1, int64: 7, double: 11 } as const;
/** What an operator Cast has as `to` to make 32-bit floats. */
export const ONNX_FLOAT = TYPES.float;
/** AttributeProto.AttributeType. */
const [FLOAT, INT] = [1, 2];

/** A ModelProto as bytes; the field numbers are those of onnx.proto3 (ONNX 1.12, IR version 8). */
export function encodeOnnxModel(model: OnnxModel): Uint8Array {
  const pbf = new PbfWriter();
  pbf.writeVarintField(1, model.irVersion);
  pbf.writeStringField(2, model.producer.name);
  pbf.writeStringField(3, model.producer.version);
  pbf.writeMessage(7, writeGraph, model.graph);
  pbf.writeMessage(8, (opset: number, to) => to.writeVarintField(2, opset), model.opset);
  for (const entry of model.metadata) pbf.writeMessage(14, writeEntry, entry);
  return pbf.finish();
}

function writeEntry([key, value]: [string, string], pbf: PbfWriter): void {
  pbf.writeStringField(1, key);
  pbf.writeStringField(2, value);
}

function writeGraph(graph: OnnxModel["graph"], pbf: PbfWriter): void {
  for (const node of graph.nodes) pbf.writeMessage(1, writeNode, node);
  pbf.writeStringField(2, graph.name);
  for (const tensor of graph.tensors) pbf.writeMessage(5, writeTensor, tensor);
  for (const input of graph.inputs) pbf.writeMessage(11, writeValue, input);
  for (const output of graph.outputs) pbf.writeMessage(12, writeValue, output);
  for (const tensor of graph.sparseTensors) pbf.writeMessage(15, writeSparseTensor, tensor);
}

function writeNode({ op, inputs, output, ints = {}, floats = {} }: OnnxNode, pbf: PbfWriter): void {
  for (const input of inputs) pbf.writeStringField(1, input);
  pbf.writeStringField(2, output);
  pbf.writeStringField(3, output); // nodes are named by what they make
  pbf.writeStringField(4, op);
  for (const [name, value] of Object.entries(ints)) pbf.writeMessage(5, writeAttribute, { name, type: INT, value });
  for (const [name, value] of Object.entries(floats)) pbf.writeMessage(5, writeAttribute, { name, type: FLOAT, value });
}

function writeAttribute({ name, type, value }: { name: string; type: number; value: number }, pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  if (type === INT) pbf.writeVarintField(3, value);
  else pbf.writeFloatField(2, value);
  pbf.writeVarintField(20, type);
}

interface TypedTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly type: keyof typeof TYPES;
  readonly data: Float32Array | Float64Array | BigInt64Array;
}

function writeTensor({ name, dims, type, data }: TypedTensor, pbf: PbfWriter): void {
  pbf.writePackedVarint(1, [...dims]);
  pbf.writeVarintField(2, TYPES[type]);
  if (name !== "") pbf.writeStringField(8, name);
  pbf.writeBytesField(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

/** The tensor's name is that of its values (SparseTensorProto has none of its own). */
function writeSparseTensor({ name, dims, values, indices }: OnnxSparseTensor, pbf: PbfWriter): void {
  pbf.writeMessage(1, writeTensor, { name, dims: [values.length], type: "float", data: values });
  pbf.writeMessage(2, writeTensor, { name: "", dims: [indices.length], type: "int64", data: indices });
  pbf.writePackedVarint(3, [...dims]);
}

function writeValue({ name, type, dims }: OnnxValue, pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  pbf.writeMessage(2, writeTensorType, { type, dims });
}

/** A TypeProto that holds a tensor type: element type and shape. */
function writeTensorType(value: Pick<OnnxValue, "type" | "dims">, pbf: PbfWriter): void {
  const writeShape = (dims: OnnxValue["dims"], to: PbfWriter) => {
    for (const dim of dims) to.writeMessage(1, writeDim, dim);
  };
  const writeTensorOf = ({ type, dims }: Pick<OnnxValue, "type" | "dims">, to: PbfWriter) => {
    to.writeVarintField(1, TYPES[type]);
    to.writeMessage(2, writeShape, dims);
  };
  pbf.writeMessage(1, writeTensorOf, value);
}

function writeDim(dim: number | string, pbf: PbfWriter): void {
  if (typeof dim === "number") pbf.writeVarintField(1, dim);
  else pbf.writeStringField(2, dim);
}
