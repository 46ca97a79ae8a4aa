import { flag, nullable, number, oneOf, record, text } from "../../options/schema.js";
import type { TrainOptions } from "../../train/options.js";
import { check, checkInteger, checkKeys, checkOneOf } from "../../util/check.js";
import { cut, shown } from "../../util/shown.js";
import { version } from "../../util/version.js";
import { checkFields, count, some } from "../fields.js";
import { suiteConfig } from "../plan/check-config.js";
import { INDICES } from "../plan/splits.js";
import { STUDY_NAMES } from "../plan/studies.js";
import { device, type Job, type JobDevice, Refusal, type Request } from "../run/job.js";
import { keyOf, RUN_KEY } from "../run/records.js";
import { optionsOf } from "../store/check-stored.js";

/** The most JSON that a job may be: lists of some million samples. */
const MOST_BYTES = 2 ** 26;

const fields = record({});
const REQUEST = record({
  kind: oneOf(["run", "time"]),
  job: record({
    device,
    data: record({ name: text(), read: fields }),
    task: record({
      key: text(),
      seed: count,
      train: fields,
      removeAfter: flag(),
      run: RUN_KEY,
      grid: nullable(record({ lrs: some(number()), decays: some(number()), folds: count, validation: number() })),
      rates: nullable(record({ lr: number(), decay: number() })),
    }),
    origin: record({
      config: text(),
      version: text(),
      command: text(),
      data: record({ name: text(), sha256: text(), samples: count }),
    }),
    split: INDICES,
  }),
});

/** What plans set of a training's options: not devices, files, memory or callbacks, which are this machine's. */
const TRAIN_KEYS = {
  task: true,
  method: true,
  hidden: true,
  epsilon: true,
  batch: true,
  epochs: true,
  evolution: true,
  optimizer: true,
  members: true,
  labelSmoothing: true,
  classWeight: true,
  inputs: true,
  lr: true,
  dropout: true,
} as const;

/**
 * Throws a usage error unless what a queue holds is a request as `planSuite` makes them, for this device: a server may hold anything. Throws a
 * Refusal where it is another version's, which may well look otherwise.
 */
export function checkRequest(value: unknown, own: JobDevice): Request {
  const where = "the job is none of coppice experiment";
  const planned = (value as { job?: { origin?: { version?: unknown } } } | null)?.job?.origin?.version;
  if (typeof planned === "string" && planned !== version) {
    throw new Refusal(`was planned by coppice ${cut(planned)}, this is ${version}`, "failure");
  }
  checkFields(value, REQUEST, where);
  const bytes = JSON.stringify(value).length;
  check(bytes <= MOST_BYTES, where, () => `${bytes} bytes of JSON, expected at most ${MOST_BYTES}`);
  const { kind, job } = value as Request;
  check(job.device === own, `${where}: device`, () => `${job.device}, expected ${own}`);
  checkTask(job, where);
  checkData(job, where);
  return { kind, job };
}

function checkTask({ task, split, data, origin }: Job, where: string): void {
  const { key, run, train, grid } = task;
  check(key === keyOf(run), `${where}: key`, () => `${shown(key)} is not that of its run, ${shown(keyOf(run))}`);
  checkOneOf(run.study, STUDY_NAMES, `${where}: study`);
  check(/^[\w=.+-]*$/.test(run.variant), `${where}: variant`, () => `${shown(run.variant)} is none`);
  check(run.dataset === data.name && origin.data.name === data.name, `${where}: dataset`, () => "has several names");
  checkKeys<Pick<TrainOptions, keyof typeof TRAIN_KEYS>>(train, TRAIN_KEYS, `${where}: option`);
  checkInteger(train.epochs ?? 1, `${where}: epochs`, 1, 10_000_000);
  for (const [name, indices] of Object.entries(split)) {
    check(new Set(indices).size === indices.length, `${where}: split.${name}`, () => "a sample is listed twice");
  }
  if (grid) suiteConfig({ datasets: ["digits"], ...grid }, "job", where);
}

/** A dataset has to be one that `suiteConfig` makes of options: every choice is there, and none is wrong. */
function checkData({ data }: Job, where: string): void {
  const [again] = suiteConfig({ datasets: [optionsOf(data)] }, "job", where).datasets;
  check(JSON.stringify(again) === JSON.stringify(data), `${where}: data`, () => {
    return `is not as a plan has it (${shown(data)}, expected ${shown(again)})`;
  });
}
