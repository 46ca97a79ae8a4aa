/** The networks that are trained, as coppice's own bench names them; peers train them dense (README.md, fairness). */
export const configs = {
  a: { sizes: [784, 1000, 1000, 1000, 10], batch: 128 },
  b: { sizes: [3312, 3000, 3000, 3000, 5], batch: 32 },
};

/** `--what matmul`: one product of 1000 x 1000 with 1000 x 128. */
export const product = { rows: 1000, inner: 1000, columns: 128 };

/** Momentum SGD, small enough that no system's loss diverges on the one batch that every step sees again. */
export const learningRate = 0.01;
export const momentum = 0.9;

/** Numbers in [0, 1) from a seed (mulberry32), so that every system starts from the same weights and sees the same batch. */
export function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `length` numbers, uniform in [-limit, limit). */
export function uniform(random, length, limit) {
  return Float32Array.from({ length }, () => (2 * random() - 1) * limit);
}

/**
 * What a configuration starts from: He-uniform `weights` ([in x out], row-major) and one batch, `x` [batch x in], `oneHot` [batch x out]
 * with the classes in turn. Biases start at 0.
 */
export function start({ sizes, batch }) {
  const random = generator(1);
  const weights = sizes.slice(1).map((out, i) => uniform(random, sizes[i] * out, Math.sqrt(6 / sizes[i])));
  const classes = sizes.at(-1);
  const oneHot = new Float32Array(batch * classes);
  for (let row = 0; row < batch; row++) oneHot[row * classes + (row % classes)] = 1;
  return { weights, x: uniform(random, batch * sizes[0], Math.sqrt(3)), oneHot };
}
