import protobuf from "protobufjs";

/** The part of onnx.proto3 that exports use, retyped from the ONNX specification. */
const SCHEMA = `
syntax = "proto3";
message ModelProto { int64 ir_version = 1; string producer_name = 2; string producer_version = 3; GraphProto graph = 7;
  repeated OperatorSetIdProto opset_import = 8; repeated StringStringEntryProto metadata_props = 14; }
message OperatorSetIdProto { string domain = 1; int64 version = 2; }
message StringStringEntryProto { string key = 1; string value = 2; }
message GraphProto { repeated NodeProto node = 1; string name = 2; repeated TensorProto initializer = 5; repeated ValueInfoProto input = 11;
  repeated ValueInfoProto output = 12; repeated SparseTensorProto sparse_initializer = 15; }
message NodeProto { repeated string input = 1; repeated string output = 2; string name = 3; string op_type = 4; repeated AttributeProto attribute = 5;
  string domain = 7; }
message AttributeProto { string name = 1; float f = 2; int64 i = 3; enum AttributeType { UNDEFINED = 0; FLOAT = 1; INT = 2; } AttributeType type = 20; }
message TensorProto { repeated int64 dims = 1; int32 data_type = 2; string name = 8; bytes raw_data = 9; }
message SparseTensorProto { TensorProto values = 1; TensorProto indices = 2; repeated int64 dims = 3; }
message ValueInfoProto { string name = 1; TypeProto type = 2; }
message TypeProto { message Tensor { int32 elem_type = 1; TensorShapeProto shape = 2; } oneof value { Tensor tensor_type = 1; } }
message TensorShapeProto { message Dimension { oneof value { int64 dim_value = 1; string dim_param = 2; } } repeated Dimension dim = 1; }
`;
const ModelProto = protobuf.parse(SCHEMA).root.lookupType("ModelProto");

interface RawTensor {
  readonly name: string;
  readonly dims: number[];
  readonly dataType: number;
  readonly rawData: Uint8Array;
}

interface Attribute {
  readonly name: string;
  readonly f: number;
  readonly i: number;
}

/** What protobufjs makes of a file, empty fields filled in. */
export interface OnnxFile {
  readonly irVersion: number;
  readonly producerName: string;
  readonly opsetImport: { domain: string; version: number }[];
  readonly metadataProps: { key: string; value: string }[];
  readonly graph: {
    readonly node: { input: string[]; output: string[]; opType: string; attribute: Attribute[] }[];
    readonly initializer: RawTensor[];
    readonly sparseInitializer: { values: RawTensor; indices: RawTensor; dims: number[] }[];
    readonly input: { name: string; type: unknown }[];
    readonly output: { name: string; type: unknown }[];
  };
}

/** Decodes a model file by the schema above. */
export function readOnnx(bytes: Uint8Array): OnnxFile {
  return ModelProto.toObject(ModelProto.decode(bytes), { longs: Number, arrays: true }) as OnnxFile;
}

/** Numbers with a shape; f64, so that the reference rounds nothing. */
interface Value {
  readonly dims: readonly number[];
  readonly data: Float64Array;
}

function floats({ rawData, dataType }: RawTensor): Float64Array {
  const { buffer } = rawData.slice();
  if (dataType === 7) return Float64Array.from(new BigInt64Array(buffer), Number);
  return dataType === 11 ? new Float64Array(buffer) : Float64Array.from(new Float32Array(buffer));
}

/** All initialisers as dense values; sparse ones by their positions. */
export function initialValues({ graph }: OnnxFile): Map<string, Value> {
  const values = new Map<string, Value>();
  for (const tensor of graph.initializer) values.set(tensor.name, { dims: tensor.dims, data: floats(tensor) });
  for (const { values: kept, indices, dims } of graph.sparseInitializer) {
    const data = new Float64Array(dims[0] * dims[1]);
    const places = new BigInt64Array(indices.rawData.slice().buffer);
    floats(kept).forEach((value, k) => {
      data[Number(places[k])] = value;
    });
    values.set(kept.name, { dims, data });
  }
  return values;
}

/** erf by its Taylor series, which is exact to 1e-6 below 5, where erf has come to 1 but for 2e-12. */
function erf(x: number): number {
  if (Math.abs(x) > 5) return Math.sign(x);
  let [term, sum] = [x, x];
  for (let n = 1; n < 200; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

const UNARY: Record<string, (x: number, alpha: number) => number> = {
  IsNaN: (x) => Number(Number.isNaN(x)),
  Relu: (x) => Math.max(0, x),
  LeakyRelu: (x, alpha) => (x < 0 ? alpha * x : x),
  Sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  Tanh: Math.tanh,
  Neg: (x) => -x,
  Sqrt: Math.sqrt,
  Log: Math.log,
  Cast: Math.fround, // to floats, as all that exports have
  Erf: erf,
};

const ELEMENTWISE: Record<string, (a: number, b: number, c: number) => number> = {
  Where: (a, b, c) => (a ? b : c),
  Sub: (a, b) => a - b,
  Add: (a, b) => a + b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Greater: (a, b) => Number(a > b),
  Equal: (a, b) => Number(a === b),
  LessOrEqual: (a, b) => Number(a <= b),
  GreaterOrEqual: (a, b) => Number(a >= b),
};

/** The graph's outputs of classes for x [batch, features]. */
export function runOnnx(
  file: OnnxFile,
  x: Float32Array | Float64Array,
  features: number,
): { label: number[]; probabilities: Float64Array } {
  const get = onnxValues(file, x, features);
  return { label: Array.from(get("label").data), probabilities: get("probabilities").data };
}

/** Every value of the graph for x [batch, features], by what the operators' specification says, in f64. */
export function onnxValues(file: OnnxFile, x: Float32Array | Float64Array, features: number): (name: string) => Value {
  const batch = x.length / features;
  const values = initialValues(file);
  values.set("inputs", { dims: [batch, features], data: Float64Array.from(x) });
  const get = (name: string) => {
    const value = values.get(name);
    if (!value) throw new Error(`no value ${name} yet`);
    return value;
  };
  for (const { opType, input, output, attribute } of file.graph.node) {
    const operands = input.map(get);
    const { alpha = 1, beta = 1 } = Object.fromEntries(attribute.map(({ name, f }) => [name, f]));
    values.set(output[0], operate(opType, operands, alpha, beta));
  }
  return get;
}

function operate(op: string, operands: Value[], alpha: number, beta: number): Value {
  const [a, b, c] = operands;
  const [rows, cols] = a.dims;
  if (op in UNARY) return { dims: a.dims, data: a.data.map((value) => UNARY[op](value, alpha)) };
  if (op === "Identity") return a;
  if (op === "Gather") {
    const chosen = Array.from({ length: rows }, (_, r) => Array.from(b.data, (j) => a.data[r * cols + j]));
    return { dims: [rows, b.data.length], data: Float64Array.from(chosen.flat()) };
  }
  if (op === "MatMul") {
    const sums = Array.from({ length: rows }, (_, r) => b.data.reduce((sum, value, j) => sum + value * a.data[r * cols + j], 0));
    return { dims: [rows, ...b.dims.slice(1)], data: Float64Array.from(sums) };
  }
  if (op === "Sum" || op === "Mean") {
    const whole = a.data.map((_, k) => operands.reduce((sum, { data }) => sum + data[k], 0));
    return { dims: a.dims, data: op === "Sum" ? whole : whole.map((sum) => sum / operands.length) };
  }
  if (op === "Gemm") return gemm(a, b, c, alpha, beta);
  if (op === "Softmax" || op === "ArgMax") {
    const lines = Array.from({ length: rows }, (_, r) => Array.from(a.data.subarray(r * cols, (r + 1) * cols)));
    if (op === "ArgMax") return { dims: [rows], data: Float64Array.from(lines, (line) => line.indexOf(Math.max(...line))) };
    const sums = lines.map((line) => line.reduce((sum, value) => sum + Math.exp(value), 0));
    return { dims: a.dims, data: a.data.map((value, k) => Math.exp(value) / sums[Math.floor(k / cols)]) };
  }
  if (!(op in ELEMENTWISE)) throw new Error(`operator ${op} is none that an export should use`);
  // operands that are shorter than the largest are repeated along its first dimension
  const { dims, data } = operands.reduce((most, value) => (value.data.length > most.data.length ? value : most));
  const perRow = ({ dims: [first, second] }: Value) => second === 1 && first === dims[0] && dims[1] > 1;
  const at = (value: Value | undefined, k: number) => {
    if (!value) return 0;
    return value.data[perRow(value) ? Math.floor(k / dims[1]) : k % value.data.length];
  };
  return { dims, data: data.map((_, k) => ELEMENTWISE[op](at(a, k), at(b, k), at(c, k))) };
}

/** alpha A B' + beta C, C [out] repeated. */
function gemm(a: Value, b: Value, c: Value, alpha: number, beta: number): Value {
  const [[batch, inputs], [out]] = [a.dims, b.dims];
  const data = new Float64Array(batch * out);
  for (let i = 0; i < batch; i++)
    for (let r = 0; r < out; r++) {
      let sum = 0;
      for (let j = 0; j < inputs; j++) sum += a.data[i * inputs + j] * b.data[r * inputs + j];
      data[i * out + r] = alpha * sum + beta * (c?.data[r] ?? 0);
    }
  return { dims: [batch, out], data };
}
