import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { decodeScipy } from "../../src/io/formats/scipy/decode.js";
import { encodeScipy } from "../../src/io/formats/scipy/encode.js";
import { loadModel } from "../../src/train/model.js";
import { madeModel, samplesFor } from "../io/models.js";

const folder = mkdtempSync(join(tmpdir(), "coppice-"));
afterAll(() => rmSync(folder, { recursive: true }));

function python<T>(program: string, input: unknown): T {
  const { stdout, stderr, status } = spawnSync("python3", ["-c", program], {
    cwd: folder,
    encoding: "utf8",
    input: JSON.stringify(input),
  });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as T;
}

it("scipy loads the layers of an export and predicts as we do", async () => {
  const saved = madeModel({ densities: [0.3, 0.4, null] });
  for (const [name, bytes] of encodeScipy(saved)) writeFileSync(join(folder, name), bytes);
  const x = samplesFor(saved, 9);
  const theirs = python<number[]>(
    `
import json, sys
import numpy as np
from scipy.sparse import load_npz
x = np.array(json.load(sys.stdin), np.float32).reshape(9, -1)
model = json.load(open("model.json"))
statistics = np.load("input.npz")
y = ((x - statistics["mean"]) / statistics["std"]).T
layers = len(model["sizes"]) - 1
for i in range(layers):
    w = load_npz(f"layers.{i}.npz")
    w.check_format(full_check=True)
    assert w.shape == (model["sizes"][i + 1], model["sizes"][i]) and w.dtype == np.float32
    y = w @ y + np.load(f"layers.{i}.npz")["bias"][:, None]
    if i < layers - 1: y = np.maximum(y, 0)
p = np.exp(y - y.max(axis=0))
print(json.dumps((p / p.sum(axis=0)).T.ravel().tolist()))
`,
    Array.from(x),
  );
  const device = createCpuDevice({ precision: 64 });
  const { probabilities } = await loadModel(device, saved).predict(x);
  await device.dispose();
  expect(theirs.length).toBe(probabilities.length);
  for (const [k, p] of theirs.entries()) expect(Math.abs(p - probabilities[k])).toBeLessThan(1e-5);
});

it("matrices of scipy, of any type and order of columns, make the same model", async () => {
  const cells = python<number[][]>(
    `
import json
import numpy as np
from scipy.sparse import random, save_npz
first = random(30, 50, density=0.1, format="csr", random_state=1)
second = random(4, 30, density=0.5, format="csr", random_state=2).astype(np.int32)
rows = first[:, ::-1]  # leaves the columns of each row in falling order
assert not rows.has_sorted_indices
save_npz("layers.0.npz", rows)
save_npz("layers.1.npz", second, compressed=False)
print(json.dumps([rows.toarray().astype(np.float32).ravel().tolist(), second.toarray().ravel().tolist()]))
`,
    null,
  );
  const names = ["layers.0.npz", "layers.1.npz"];
  const { network } = await decodeScipy(new Map(names.map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))])));
  for (const [
    i,
    {
      topology,
      params: { values },
      in: inputs,
      out,
    },
  ] of network.layers.entries()) {
    if (!topology) throw new Error("these matrices are sparse");
    const dense = new Array<number>(inputs * out).fill(0);
    for (let r = 0; r < out; r++)
      for (let k = topology.rowPtr[r]; k < topology.rowPtr[r + 1]; k++) dense[r * inputs + topology.colIdx[k]] = values[k];
    expect(dense).toEqual(cells[i]);
  }
});
