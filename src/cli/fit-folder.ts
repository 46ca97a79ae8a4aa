import { existsSync, lstatSync, readFileSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { readJson } from "../files/read.js";
import { makeFolderIn, writeAtomically } from "../files/write.js";
import { PLAN } from "../fit/plan.js";
import type { FitPlan } from "../fit/result.js";
import type { FitStore } from "../fit/store.js";
import { checkpointParts } from "../io/formats/checkpoint/checkpoint.js";
import type { SavedModel } from "../io/saved-model.js";
import { read } from "../options/schema.js";
import { CoppiceError, check } from "../util/check.js";

/** Folder of what is done of a fit, in its own. */
const WORK = "work";

/** The files of a fit that are made anew or gone on with; its report has others beside them. */
const FIT_FILES = { plan: "plan.json", result: "result.json", model: "model.safetensors", linear: "linear.safetensors" } as const;

/** What its report adds. */
const REPORT = ["report.html", "report.md", "figures", "trials.csv", "measures.csv", "held-out.csv", "features.csv"];

/** Where a fit is kept. */
export interface FitFolder {
  readonly path: string;
  readonly store: FitStore;
  file(name: keyof typeof FIT_FILES): string;
  writeJson(name: "plan" | "result", value: unknown): void;
  save(name: "model" | "linear", saved: SavedModel): void;
}

/** A fit's folder; nothing is written before it is asked to. */
export function fitFolder(path: string): FitFolder {
  const file = (name: keyof typeof FIT_FILES) => join(path, FIT_FILES[name]);
  const work = (name: string) => join(path, WORK, name);
  const store: FitStore = {
    get: (name) => (existsSync(work(name)) ? readFileSync(work(name)) : undefined),
    put(name, bytes) {
      makeFolderIn(path, join(WORK, dirname(name)));
      writeAtomically(work(name), bytes);
    },
    remove: (name) => rmSync(work(name), { force: true }),
  };
  return {
    path,
    store,
    file,
    writeJson: (name, value) => writeAtomically(file(name), `${JSON.stringify(value, null, 2)}\n`),
    save: (name, saved) => writeAtomically(file(name), checkpointParts(saved)),
  };
}

/**
 * The plan in the folder of a fit that is resumed; undefined of one that is new. Throws a usage error where the folder holds what neither `resume` nor
 * `force` speaks for; `force` removes what a fit wrote, and nothing of a folder that is not known for one.
 */
export function openFit(folder: FitFolder, { resume, force }: { resume?: boolean; force?: boolean }): FitPlan | undefined {
  const names = [...Object.values(FIT_FILES), WORK].filter((name) =>
    lstatSync(join(folder.path, name), { throwIfNoEntry: false }),
  );
  if (names.length === 0) return undefined;
  const plan = readFitPlan(folder.file("plan"));
  check(resume === true || force === true, "--out", () => {
    const what = `${folder.path} holds ${plan ? "a fit" : "files with a fit's names"} (${names.join(", ")})`;
    return `${what}; go on with it with --resume, replace it with --force, or name another folder`;
  });
  check(plan !== undefined, force ? "--force" : "--resume", () => {
    return `${folder.path} holds ${names.join(", ")}, but no plan.json that coppice fit wrote; move them away, or name another folder`;
  });
  if (resume) return plan;
  for (const name of [...names, ...REPORT]) {
    const path = join(folder.path, name);
    const link = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink();
    check(!link, "--force", () => `${path} is a link, which is not followed; move it away, or name another folder`);
    rmSync(path, { recursive: true, force: true });
  }
  return undefined;
}

/** A plan.json; undefined where there is none, or it is not a fit's. */
function readFitPlan(path: string): FitPlan | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return planIn(path);
  } catch (error) {
    if (error instanceof CoppiceError) return undefined;
    throw error;
  }
}

/** The plan in a file. Throws a usage error on anything else. */
export function planIn(path: string): FitPlan {
  return read(PLAN, readJson(path), `${basename(path)}: plan`) as FitPlan;
}
