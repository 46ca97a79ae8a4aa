import { type Preparation, stepOf } from "../../../data/prepare/index.js";
import { check } from "../../../util/check.js";
import type { FloatArray } from "../../../util/types.js";

/** What steps put into a graph: each method returns the name of what it made. */
export interface StepGraph {
  node(op: string, inputs: string[], output: string, attributes?: { ints?: Record<string, number> }): string;
  tensor(name: string, dims: number[], data: FloatArray): string;
  doubles(name: string, dims: number[], data: FloatArray): string;
  integers(name: string, data: readonly number[]): string;
}

/** The part of a graph that a step is: `name` names what it makes, `constant` makes a tensor of the inputs' type. */
type Form = (
  graph: StepGraph,
  x: string,
  features: number,
  name: (part: string) => string,
  constant: (part: string, dims: number[], data: FloatArray) => string,
) => string;

/** The forms of steps that choose no features, by their names. */
const FORMS: Readonly<Record<string, Form>> = {
  log2(graph, x, _, name, constant) {
    const sum = graph.node("Add", [x, constant("one", [], Float64Array.of(1))], name("sum"));
    return graph.node(
      "Div",
      [graph.node("Log", [sum], name("log")), constant("ln2", [], Float64Array.of(Math.LN2))],
      name("log2"),
    );
  },
  "library-size"(graph, x, features, name, constant) {
    const [zero, one] = [constant("zero", [], Float64Array.of(0)), constant("one", [], Float64Array.of(1))];
    const known = graph.node("Where", [graph.node("IsNaN", [x], name("missing")), zero, x], name("known"));
    const ones = constant("ones", [features, 1], new Float64Array(features).fill(1));
    const total = graph.node("MatMul", [known, ones], name("total"));
    const depth = graph.node("Where", [graph.node("Equal", [total, zero], name("empty")), one, total], name("depth"));
    const scaled = graph.node("Mul", [x, constant("counts", [], Float64Array.of(10_000))], name("scaled"));
    return graph.node("Div", [scaled, depth], name("per10000"));
  },
};

/** What steps make of inputs of a type. Throws where one has no form. */
export function applyPrepared(graph: StepGraph, prepared: Preparation | undefined, x: string, type: "float" | "double"): string {
  let [y, features] = [x, prepared?.features ?? 0];
  for (const [k, { step, kept }] of (prepared?.steps ?? []).entries()) {
    const name = (part: string) => `steps.${k}.${part}`;
    if (kept) {
      y = graph.node("Gather", [y, graph.integers(name("kept"), kept)], name("chosen"), { ints: { axis: 1 } });
      features = kept.length;
      continue;
    }
    const form = FORMS[stepOf(step).step.name];
    check(form !== undefined, "onnx", () => `step ${step} of the model has no ONNX form; export to npz or safetensors`);
    const constant = (part: string, dims: number[], data: FloatArray) =>
      graph[type === "double" ? "doubles" : "tensor"](name(part), dims, data);
    y = form(graph, y, features, name, constant);
  }
  return y;
}
