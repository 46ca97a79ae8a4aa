// TensorFlow.js. The loss is one fused matmul a layer, the optimizer is its own; nothing but the step runs between two reads.
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-layers"; // registers the gradients
import { learningRate, momentum, start } from "./configs.mjs";

/** Starts `backend` ("webgpu" | "wasm"; wasm's files are at `wasmPath`). Throws when TensorFlow.js would fall back to another. */
export async function openTfjs({ backend, wasmPath }) {
  if (backend === "webgpu") await import("@tensorflow/tfjs-backend-webgpu");
  else (await import("@tensorflow/tfjs-backend-wasm")).setWasmPaths(wasmPath);
  if (!(await tf.setBackend(backend))) throw new Error(`tfjs: its ${backend} backend did not start`);
  await tf.ready();
  return { version: tf.version_core, trainer, product, threads: backend === "wasm" ? await wasmThreads() : 0 };
}

/** Half the logical cores in an isolated page, one elsewhere: its own rule, which setThreadsCount() can only lower. */
async function wasmThreads() {
  const { getThreadsCount } = await import("@tensorflow/tfjs-backend-wasm");
  return (await tf.env().getAsync("WASM_HAS_MULTITHREAD_SUPPORT")) ? getThreadsCount() : 1;
}

function trainer({ sizes, batch }) {
  const first = start({ sizes, batch });
  const x = tf.tensor2d(first.x, [batch, sizes[0]]);
  const oneHot = tf.tensor2d(first.oneHot, [batch, sizes.at(-1)]);
  const layers = first.weights.map((weights, i) => ({
    weights: tf.variable(tf.tensor2d(weights, [sizes[i], sizes[i + 1]])),
    bias: tf.variable(tf.zeros([sizes[i + 1]])),
  }));
  const logits = () =>
    layers.reduce((a, layer, i) => {
      const activation = i < layers.length - 1 ? "relu" : "linear";
      return tf.fused.matMul({ a, b: layer.weights, bias: layer.bias, activation });
    }, x);
  const loss = () => tf.losses.softmaxCrossEntropy(oneHot, logits());
  const optimizer = tf.train.momentum(learningRate, momentum);
  return {
    step: () => void optimizer.minimize(loss),
    finish: async () => void (await layers[0].bias.data()), // the queue runs in order: the last step's updates are done
    loss: async () => {
      const value = tf.tidy(loss);
      const [number] = await value.data();
      value.dispose();
      return number;
    },
  };
}

function product(a, b, { rows, inner, columns }) {
  const [left, right] = [tf.tensor2d(a, [rows, inner]), tf.tensor2d(b, [inner, columns])];
  let last = tf.matMul(left, right);
  return {
    step: () => {
      last.dispose();
      last = tf.matMul(left, right);
    },
    finish: async () => void (await last.data()),
    result: () => last.data(),
  };
}
