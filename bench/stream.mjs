// node bench/stream.mjs: an epoch with samples streamed through the device beside one with all samples on it, by turns; writes docs/streaming.md.
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { createCpuDevice, createWebgpuDevice, makeDataset, train, version } from "coppice";
import { random } from "coppice/sparse";

const [SAMPLES, FEATURES, CLASSES] = [5_000, 784, 10];
/** The CPU's epochs are a thirtieth as long, and swing more. */
const ROUNDS = { webgpu: 4, cpu: 25 };
const MB = 1e6;
const NETWORKS = [
  {
    name: "set 784-1000-1000-10, epsilon 20, batch 128",
    options: { method: "set", hidden: [1000, 1000], epsilon: 20, batch: 128 },
  },
  { name: "dense 784-500-500-10, batch 128", options: { method: "dense", hidden: [500, 500], batch: 128 } },
];
const CHUNKS = [8 * MB, 2 * MB];

const rng = random(1, "samples");
const labels = Uint32Array.from({ length: SAMPLES }, (_, i) => i % CLASSES);
const x = Float32Array.from(
  { length: SAMPLES * FEATURES },
  (_, k) => rng.normal() + (k % CLASSES === labels[Math.floor(k / FEATURES)] ? 1 : 0),
);
const set = makeDataset({ name: "noise", x, labels, features: FEATURES });

/** ms of an epoch's training steps, the read-back at its end included. */
async function epoch(device, options, dataBytes) {
  const model = await train(
    { train: set },
    { ...options, device, dataBytes, tune: "off", epochs: 2, lr: 0.01, evaluateEvery: 2, evolution: { period: 2 } },
  );
  const ms = 1000 * model.history[1].seconds.train;
  await model.dispose();
  return ms;
}

const rows = [];
for (const device of [await createWebgpuDevice(), createCpuDevice()]) {
  for (const { name, options } of NETWORKS) {
    const ways = [undefined, ...CHUNKS].map((dataBytes) => ({ dataBytes, times: [] }));
    for (let round = 0; round < ROUNDS[device.info.kind]; round++)
      for (const { dataBytes, times } of ways) times.push(await epoch(device, options, dataBytes));
    const [resident, ...streamed] = ways.map(({ times }) => times.reduce((a, b) => Math.min(a, b), Infinity));
    streamed.forEach((ms, i) => {
      const cells = [
        device.info.architecture,
        name,
        CHUNKS[i] / MB,
        resident.toFixed(0),
        ms.toFixed(0),
        `${(100 * (ms / resident - 1)).toFixed(1)} %`,
      ];
      rows.push(`| ${cells.join(" | ")} |`);
      console.log(rows.at(-1));
    });
  }
  await device.dispose();
}

const text = `# Samples streamed through the device

An epoch of ${SAMPLES.toLocaleString("en-US")} samples of ${FEATURES} features (${((4 * SAMPLES * (FEATURES + 1)) / MB).toFixed(0)} MB), its training steps alone: all samples on the device, and streamed through
less memory (\`dataBytes\`, \`--data-memory\`). The least of ${ROUNDS.webgpu} rounds, on the CPU of ${ROUNDS.cpu}, by turns. Measured by \`node bench/stream.mjs\` with coppice ${version}, Node
${process.version}, ${cpus().length} cores (${cpus()[0].model.trim()}); both devices are software and share the cores with the host, which a GPU does not. In another run of fewer
rounds the rows of the CPU were up to 18 % slower, and those of SwiftShader up to 13 %: differences below that are not told from none.

| device | network | MB for samples | resident, ms | streamed, ms | slower |
|---|---|--:|--:|--:|--:|
${rows.join("\n")}
`;
writeFileSync(new URL("../docs/streaming.md", import.meta.url), text);
