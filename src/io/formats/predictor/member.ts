import type { Activation } from "../../../activations/activation.js";
import { ACTIVATIONS, type ActivationName } from "../../../activations/index.js";
import { check } from "../../../util/check.js";
import type { Shelf } from "../checkpoint/shelf.js";
import type { PredictorLayer, PredictorMember } from "./program.js";

/** Answers of one network for samples x [samples, inputs], written to z [outputs, samples]. */
export interface PredictorNetwork {
  readonly inputs: number;
  run(x: Float32Array, samples: number, z: Float32Array): void;
}

/** Fills y with the answer to x. */
type Apply = (x: Float32Array, y: Float32Array) => void;

/** A network from its tensors. Throws, naming the tensor, where they do not fit together. */
export function readMember(shelf: Shelf, { layers, skip }: PredictorMember, at: string): PredictorNetwork {
  const applied = layers.map((layer, i) => ({
    apply: readLayer(shelf, layer, `${at}.layers.${i}`),
    y: new Float32Array(layer.out),
  }));
  const [{ in: inputs }, { out: outputs }] = [layers[0], layers[layers.length - 1]];
  const direct = skip ? shelf.floats(`${at}.skip.weight`, [outputs, inputs]) : null;
  return {
    inputs,
    run(x, samples, z) {
      for (let b = 0; b < samples; b++) {
        const sample = x.subarray(b * inputs, (b + 1) * inputs);
        let y = sample;
        for (const layer of applied) {
          layer.apply(y, layer.y);
          y = layer.y;
        }
        for (let c = 0; c < outputs; c++) z[c * samples + b] = y[c] + (direct ? dot(direct, c * inputs, sample) : 0);
      }
    },
  };
}

function dot(weights: Float32Array, at: number, x: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += weights[at + i] * x[i];
  return sum;
}

function readLayer(shelf: Shelf, { in: inputs, out, sparse, activation: name, alpha, scale }: PredictorLayer, at: string): Apply {
  const { f, parameters = [] } = ACTIVATIONS[name as ActivationName] as Activation;
  const bias = shelf.floats(`${at}.bias`, [out]);
  const trained = parameters.length > 0 ? shelf.floats(`${at}.${name}`, [parameters.length * out]) : null;
  const p = new Array<number>(parameters.length);
  const sum = sparse ? sparseSums(shelf, inputs, out, at) : denseSums(shelf, inputs, out, at);
  return (x, y) => {
    sum(x, y);
    for (let r = 0; r < out; r++) {
      if (trained) for (let k = 0; k < p.length; k++) p[k] = trained[k * out + r];
      y[r] = f(scale * (y[r] + bias[r]), alpha, p);
    }
  };
}

function denseSums(shelf: Shelf, inputs: number, out: number, at: string): Apply {
  const weights = shelf.floats(`${at}.weight`, [out, inputs]);
  return (x, y) => {
    for (let r = 0; r < out; r++) y[r] = dot(weights, r * inputs, x);
  };
}

function sparseSums(shelf: Shelf, inputs: number, out: number, at: string): Apply {
  const rowPtr = shelf.indices(`${at}.indptr`, [out + 1]);
  const colIdx = shelf.indices(`${at}.indices`);
  const values = shelf.floats(`${at}.values`, [colIdx.length]);
  const rising = rowPtr.every((start, r) => start >= (r > 0 ? rowPtr[r - 1] : 0));
  const whole = rising && rowPtr[0] === 0 && rowPtr[out] === colIdx.length && colIdx.every((j) => j < inputs);
  check(whole, shelf.placeOf(`${at}.indices`), () => `it and indptr are no connections of ${out} x ${inputs}`);
  return (x, y) => {
    for (let r = 0; r < out; r++) {
      let sum = 0;
      for (let k = rowPtr[r]; k < rowPtr[r + 1]; k++) sum += values[k] * x[colIdx[k]];
      y[r] = sum;
    }
  };
}
