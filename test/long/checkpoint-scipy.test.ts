import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { encodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { networkConfig } from "../../src/nn/config.js";
import { initialState } from "../../src/nn/state.js";

const folder = mkdtempSync(join(tmpdir(), "coppice-"));
afterAll(() => rmSync(folder, { recursive: true }));

// Reads the file by the format's definition, makes scipy's matrix of layer 0 and prints W x + b of layer 0, then of the dense layer 1.
const PROGRAM = `
import json, struct, sys
import numpy as np
from scipy.sparse import csr_matrix
raw = open(sys.argv[1], "rb").read()
n = struct.unpack("<Q", raw[:8])[0]
header = json.loads(raw[8:8 + n])
def tensor(name):
    e = header[name]; a, b = e["data_offsets"]
    return np.frombuffer(raw[8 + n + a:8 + n + b], {"F32": "<f4", "I32": "<i4"}[e["dtype"]]).reshape(e["shape"])
sizes = json.loads(header["__metadata__"]["config"])["sizes"]
w = csr_matrix((tensor("layers.0.values"), tensor("layers.0.indices"), tensor("layers.0.indptr")), shape=(sizes[1], sizes[0])).astype(np.float64)
w.check_format(full_check=True)
x = np.arange(1, sizes[0] + 1, dtype=np.float64)
h = w @ x + tensor("layers.0.bias")
print(json.dumps([h.tolist(), (tensor("layers.1.weight").astype(np.float64) @ h).tolist()]))
`;

it("scipy reads a layer of a checkpoint and multiplies as we do", () => {
  const network = initialState({ sizes: [40, 30, 3], densities: [0.2, null], init: "normal", seed: 1 });
  network.layers[0].params.bias.fill(0.5);
  const path = join(folder, "model.safetensors");
  writeFileSync(
    path,
    encodeCheckpoint({ network, config: networkConfig(), features: 40, classes: ["a", "b", "c"], input: null }),
  );
  const { stdout, stderr, status } = spawnSync("python3", ["-c", PROGRAM, path], { encoding: "utf8" });
  expect(status, stderr).toBe(0);
  const [hidden, outputs] = JSON.parse(stdout) as number[][];

  const [first, second] = network.layers;
  const h = Array.from(first.params.bias, (bias, r) => {
    let sum = bias;
    for (let k = first.topology?.rowPtr[r] ?? 0; k < (first.topology?.rowPtr[r + 1] ?? 0); k++)
      sum += first.params.values[k] * ((first.topology?.colIdx[k] ?? 0) + 1);
    return sum;
  });
  const y = Array.from({ length: 3 }, (_, r) => h.reduce((sum, value, c) => sum + second.params.values[r * 30 + c] * value, 0));
  for (const [r, value] of hidden.entries()) expect(value).toBeCloseTo(h[r], 12);
  for (const [r, value] of outputs.entries()) expect(value).toBeCloseTo(y[r], 12);
});
