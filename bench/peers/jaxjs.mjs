// jax-js: one jit-compiled function is the whole step. Every use of an array consumes it unless it is a `.ref` (its ownership rules).
import { blockUntilReady, defaultDevice, init, jit, nn, numpy as np, tree, valueAndGrad } from "@jax-js/jax";
import { learningRate, momentum, start } from "./configs.mjs";

/** Starts `backend` ("webgpu" | "wasm"). Throws when jax-js does not offer it here. */
export async function openJaxjs({ backend, version }) {
  const devices = await init(backend);
  if (!devices.includes(backend)) throw new Error(`jax-js: its ${backend} device did not start`);
  defaultDevice(backend);
  const shared = typeof SharedArrayBuffer !== "undefined" && typeof Worker !== "undefined"; // its own rule for starting workers
  return { version, trainer, product, threads: backend === "wasm" ? (shared ? navigator.hardwareConcurrency : 1) : 0 };
}

const matrix = (data, shape) => np.array(data).reshape(shape);

function trainer({ sizes, batch }) {
  const first = start({ sizes, batch });
  const x = matrix(first.x, [batch, sizes[0]]);
  const oneHot = matrix(first.oneHot, [batch, sizes.at(-1)]);
  let layers = first.weights.map((weights, i) => [matrix(weights, [sizes[i], sizes[i + 1]]), np.zeros([sizes[i + 1]])]);
  let speeds = tree.map((array) => np.zeros(array.shape), layers);

  const loss = (layers, x, oneHot) => {
    const logits = layers.reduce((a, [weights, bias], i) => {
      const z = np.matmul(a, weights).add(bias);
      return i < layers.length - 1 ? nn.relu(z) : z;
    }, x);
    return nn
      .logSoftmax(logits)
      .mul(oneHot)
      .sum()
      .mul(-1 / batch);
  };
  const update = jit((layers, speeds, x, oneHot) => {
    const [value, gradients] = valueAndGrad(loss)(tree.ref(layers), x, oneHot);
    const faster = tree.map((v, g) => v.mul(momentum).add(g), speeds, gradients);
    return [tree.map((w, v) => w.sub(v.mul(learningRate)), layers, tree.ref(faster)), faster, value];
  });
  let value;
  return {
    step: () => {
      value?.dispose();
      [layers, speeds, value] = update(layers, speeds, x.ref, oneHot.ref);
    },
    finish: async () => {
      await blockUntilReady([layers, speeds]);
      await layers[0][1].ref.data(); // it waits by reading nothing of each; reading something is sure
    },
    loss: async () => (await loss(tree.ref(layers), x.ref, oneHot.ref).data())[0],
  };
}

function product(a, b, { rows, inner, columns }) {
  const [left, right] = [matrix(a, [rows, inner]), matrix(b, [inner, columns])];
  const multiply = jit((a, b) => np.matmul(a, b));
  const results = []; // all kept until they are waited for: what is disposed of before it was dispatched is never computed
  const finish = async () => {
    await blockUntilReady(results);
    await results.at(-1).ref.data();
    for (const result of results.splice(0)) result.dispose();
  };
  return {
    step: () => void results.push(multiply(left.ref, right.ref)),
    finish,
    result: () => multiply(left.ref, right.ref).data(),
  };
}
