import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createCpuDevice, readDataset, train } from "../../src/api/index.js";
import { useFolder } from "../cli/harness.js";

// Against R's survival on its data gbsg: apt-get install r-cran-survival. Its licence is the GPL, so the data are not kept here.

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
