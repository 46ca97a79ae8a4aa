import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { correctedInterval } from "../../src/api/experiment.js";
import { TASKS } from "../../src/api/extend.js";
import { createCpuDevice, readDataset, split, train } from "../../src/api/index.js";
import { useFolder } from "../cli/harness.js";

// Against R's survival on its data gbsg (the figures of docs/guide/survival.md are those that this prints): apt-get install r-cran-survival. Its licence is the GPL, so the data are not kept here.

const folder = useFolder();

const REFERENCE = `
library(survival)
d <- subset(gbsg, select = -pid)
write.csv(d, commandArgs(TRUE)[1], row.names = FALSE)
x <- as.matrix(subset(d, select = -c(rfstime, status)))
s <- apply(x, 2, function(v) (v - mean(v)) / sqrt(mean((v - mean(v))^2)))
fit <- coxph(Surv(d$rfstime, d$status) ~ ridge(s, theta = nrow(d) * 0.01, scale = FALSE), ties = "breslow")
cat(coef(fit), concordance(fit)$concordance)
`;

test("the linear method with decay comes to R's coxph with a ridge penalty on gbsg", async () => {
  const path = folder.path("gbsg.csv");
  const told = execFileSync("Rscript", ["-e", REFERENCE, path], { encoding: "utf8" });
  const reference = told.trim().split(/\s+/).slice(-9).map(Number);
  const bytes = new Uint8Array(readFileSync(path));
  const data = await readDataset([{ name: "gbsg.csv", bytes }], { time: "rfstime", event: "status" });
  expect([data.samples, data.features, data.targetNames]).toEqual([686, 8, ["rfstime", "status"]]);
  const optimizer = { name: "sgd", momentum: 0, decay: 0.01 } as const;
  const options = { task: "survival", method: "linear", optimizer, lr: 0.3, epochs: 1000, evaluateEvery: 1000 } as const;
  const model = await train({ train: data }, { ...options, device: createCpuDevice({ threads: 1 }) });
  const { network } = await model.save();
  for (const [j, value] of network.layers[0].params.values.entries()) expect(value).toBeCloseTo(reference[j], 4);
  expect(model.history[999].trainConcordance).toBeCloseTo(reference[8], 2);
});

test("on splits of gbsg sparse networks can be told from R's coxph with a ridge penalty only if they are better", async () => {
  const files = [folder.path("gbsg.csv"), folder.path("splits")];
  const program = new URL("coxph.R", import.meta.url).pathname;
  execFileSync("Rscript", [program, files[0]]);
  const bytes = new Uint8Array(readFileSync(files[0]));
  const data = await readDataset([{ name: "gbsg.csv", bytes }], { time: "rfstime", event: "status" });
  const strata = TASKS.survival.strata?.(data);
  const parts = [1, 2, 3, 4, 5].map((seed) => split(data, { test: 0.25, seed, strata }));
  writeFileSync(files[1], `${parts.map(({ test }) => test.ids?.map((id) => id.slice(1)).join(" ")).join("\n")}\n`);
  const reference = execFileSync("Rscript", [program, ...files], { encoding: "utf8" })
    .trim()
    .split(/\s+/)
    .map(Number);
  const device = createCpuDevice({ threads: 1 });
  const ours: number[] = [];
  for (const { train: fitted, test: held } of parts) {
    const options = { task: "survival", method: "set", hidden: [16], lr: 0.1, members: 5, optimizer: { decay: 0.1 } } as const;
    const model = await train({ train: fitted }, { ...options, epochs: 100, evaluateEvery: 100, device });
    ours.push(Number(((await model.evaluate(held)) as { concordance?: number }).concordance));
    await model.dispose();
  }
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const differences = ours.map((value, k) => value - reference[k]);
  const { low, high } = correctedInterval(differences, parts[0].train.samples, parts[0].test.samples);
  const [coppice, coxph, difference, from, to] = [mean(ours), mean(reference), mean(differences), low, high].map((v) =>
    v.toFixed(3),
  );
  console.log(`gbsg: concordance ${coppice}, coxph ${coxph}; difference ${difference} (${from} to ${to})`);
  expect(reference).toHaveLength(5);
  expect(high).toBeGreaterThanOrEqual(0); // it contains 0, or lies above it
});
