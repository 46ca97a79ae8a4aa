import { METRICS } from "../../metrics/index.js";
import { flag, integer, list, nullable, number, oneOf, optional, record, text } from "../../options/schema.js";
import type { TrainOptions } from "../../train/options.js";
import { check, checkInteger, checkKeys, checkOneOf } from "../../util/check.js";
import { cut, shown } from "../../util/shown.js";
import { version } from "../../util/version.js";
import { checkFields, count, some } from "../fields.js";
import { suiteConfig } from "../plan/check-config.js";
import { INDICES } from "../plan/splits.js";
import { STUDY_NAMES } from "../plan/studies.js";
import { type AnyJob, device, type Job, type JobDevice, type LegJob, Refusal, type Request } from "../run/job.js";
import { keyOf, RUN_KEY } from "../run/records.js";
import { optionsOf } from "../store/check-stored.js";

/** The most JSON that a job may be: lists of some million samples. */
const MOST_BYTES = 2 ** 26;
/** The same of a leg, which has a checkpoint. */
const MOST_LEG_BYTES = 2 ** 28;

const fields = record({});
const EPOCHS = integer({ min: 1, max: 10_000_000 });
const handed = { device, data: record({ name: text(), read: fields }) };
const source = { version: text(), data: record({ name: text(), sha256: text(), samples: count }) };
const REQUEST = record({
  kind: oneOf(["run", "time"]),
  job: record({
    ...handed,
    task: record({
      key: text(),
      seed: count,
      train: fields,
      removeAfter: flag(),
      run: RUN_KEY,
      grid: nullable(
        record({
          lrs: some(number()),
          decays: some(number()),
          folds: count,
          validation: number(),
          metric: optional(oneOf(Object.keys(METRICS))),
        }),
      ),
      rates: nullable(record({ lr: number(), decay: number() })),
    }),
    origin: record({ ...source, config: text(), command: text() }),
    split: INDICES,
  }),
});
const LEG = record({
  kind: oneOf(["leg"]),
  job: record({
    ...handed,
    task: record({
      key: text(/^[\w/.-]+$/, "a name of a training"),
      options: fields,
      until: EPOCHS,
      stop: nullable(EPOCHS),
      metric: optional(oneOf(Object.keys(METRICS))),
    }),
    origin: record(source),
    split: record({ train: some(count), test: list(count) }),
    labels: nullable(list(number())),
    from: nullable(text()),
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
  norm: true,
  dropLast: true,
  skip: true,
  clipNorm: true,
  maxNorm: true,
  ema: true,
  classWeight: true,
  prepare: true,
  inputs: true,
  lr: true,
  dropout: true,
} as const;

/** What else a plan of a fit sets. */
const LEG_KEYS = { ...TRAIN_KEYS, seed: true, init: true, activation: true, alpha: true, loss: true } as const;

/**
 * Throws a usage error unless what a queue holds is a request as `planSuite` makes them, for this device: a server may hold anything. Throws a
 * Refusal where it is another version's, which may well look otherwise.
 */
export function checkRequest(value: unknown, own: JobDevice): Request {
  const where = "the job is none of coppice experiment or fit";
  const planned = (value as { job?: { origin?: { version?: unknown } } } | null)?.job?.origin?.version;
  if (typeof planned === "string" && planned !== version) {
    throw new Refusal(`was planned by coppice ${cut(planned)}, this is ${version}`, "failure");
  }
  const isLeg = (value as { kind?: unknown } | null)?.kind === "leg";
  const request = checkFields<Request>(value, isLeg ? LEG : REQUEST, where);
  const [bytes, most] = [JSON.stringify(value).length, isLeg ? MOST_LEG_BYTES : MOST_BYTES];
  check(bytes <= most, where, () => `${bytes} bytes of JSON, expected at most ${most}`);
  const { job } = request;
  check(job.device === own, `${where}: device`, () => `${job.device}, expected ${own}`);
  for (const [name, indices] of Object.entries(job.split)) {
    check(new Set(indices).size === indices.length, `${where}: split.${name}`, () => "a sample is listed twice");
  }
  if (request.kind === "leg") checkLegTask(request.job, where);
  else checkTask(request.job, where);
  checkData(job, where);
  return request.kind === "leg" ? { kind: "leg", job: request.job } : { kind: request.kind, job: request.job };
}

function checkLegTask({ task, labels, split, data, origin }: LegJob, where: string): void {
  check(origin.data.name === data.name, `${where}: dataset`, () => "has several names");
  checkKeys<Pick<TrainOptions, keyof typeof LEG_KEYS>>(task.options, LEG_KEYS, `${where}: option`);
  checkInteger(task.options.epochs ?? 1, `${where}: epochs`, 1, 10_000_000);
  check((labels ?? split.train).length === split.train.length, `${where}: labels`, () => "are not as many as samples");
}

function checkTask({ task, data, origin }: Job, where: string): void {
  const { key, run, train, grid } = task;
  check(key === keyOf(run), `${where}: key`, () => `${shown(key)} is not that of its run, ${shown(keyOf(run))}`);
  checkOneOf(run.study, STUDY_NAMES, `${where}: study`);
  check(/^[\w=.+-]*$/.test(run.variant), `${where}: variant`, () => `${shown(run.variant)} is none`);
  check(run.dataset === data.name && origin.data.name === data.name, `${where}: dataset`, () => "has several names");
  checkKeys<Pick<TrainOptions, keyof typeof TRAIN_KEYS>>(train, TRAIN_KEYS, `${where}: option`);
  checkInteger(train.epochs ?? 1, `${where}: epochs`, 1, 10_000_000);
  if (grid) suiteConfig({ datasets: ["digits"], ...grid }, "job", where);
}

/** A dataset has to be one that `suiteConfig` makes of options: every choice is there, and none is wrong. */
function checkData({ data }: AnyJob, where: string): void {
  const [again] = suiteConfig({ datasets: [optionsOf(data)] }, "job", where).datasets;
  check(JSON.stringify(again) === JSON.stringify(data), `${where}: data`, () => {
    return `is not as a plan has it (${shown(data)}, expected ${shown(again)})`;
  });
}
