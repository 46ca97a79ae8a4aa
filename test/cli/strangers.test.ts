import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { expect, it } from "vitest";
import { download } from "../../src/cli/download.js";
import { printJson, say, type Terminal, visible } from "../../src/cli/terminal.js";
import { openStore } from "../../src/experiment/store/store.js";
import { createNew, makeFolderIn, writeAtomically } from "../../src/files/write.js";
import { coppice, useFolder } from "./harness.js";

const folder = useFolder();
const TRAIN = "train --data digits --method linear --epochs 1 --device cpu";

it("a file that is replaced keeps its mode, and is written to a new file whose name nobody can wait at", () => {
  const path = folder.path("a.json");
  writeFileSync(folder.path("theirs"), "theirs");
  writeFileSync(path, "old", { mode: 0o600 });
  chmodSync(path, 0o640);
  for (const end of [String(process.pid), "0", ""]) symlinkSync(folder.path("theirs"), `${path}.${end}.part`);
  writeAtomically(path, "new");
  expect(readFileSync(path, "utf8")).toBe("new");
  expect(statSync(path).mode & 0o777).toBe(0o640);
  symlinkSync(folder.path("theirs"), folder.path("link"));
  writeAtomically(folder.path("link"), "new"); // replaced, not followed
  expect(lstatSync(folder.path("link")).isFile()).toBe(true);
  expect(createNew(folder.path("b"), Uint8Array.of(1))).toBe(folder.path("b"));
  symlinkSync(folder.path("theirs"), folder.path("events"));
  symlinkSync(folder.path("nowhere"), folder.path("events.1"));
  expect(createNew(folder.path("events"), Uint8Array.of(1))).toBe(folder.path("events.2"));
  expect(readFileSync(folder.path("theirs"), "utf8")).toBe("theirs");
  expect(existsSync(folder.path("nowhere"))).toBe(false);
});

it("neither folders nor the part of a download are links", async () => {
  mkdirSync(folder.path("elsewhere"));
  symlinkSync(folder.path("elsewhere"), folder.path("runs"));
  expect(() => makeFolderIn(folder.path(), "runs/a")).toThrow("is a link");
  mkdirSync(folder.path("out"));
  const store = openStore(folder.path("out"), { name: "s" } as never, "cpu");
  symlinkSync(folder.path("elsewhere"), folder.path("out/splits"));
  expect(() => store.open([{ dataset: "d" } as never])).toThrow("is a link");
  symlinkSync(folder.path("theirs"), folder.path("data.mat.part"));
  const remote = { url: "http://localhost:1/data.mat", bytes: 3, sha256: "" };
  await expect(download(remote, folder.path("data.mat"), { retries: 0 })).rejects.toThrow("is no plain file");
  expect(readdirSync(folder.path("elsewhere"))).toEqual([]);
  expect(existsSync(folder.path("theirs"))).toBe(false);
});

it("--force replaces a run, damaged too, and leaves alone what coppice did not write", async () => {
  const out = folder.path("run");
  const at = (name: string) => folder.path(`run/${name}`);
  expect((await coppice(`${TRAIN} --out ${out}`)).code).toBe(0);
  writeFileSync(at("notes.txt"), "mine");
  writeFileSync(at("metrics.csv.draft.part"), "mine");
  writeFileSync(at("checkpoint.safetensors"), "damaged");
  writeFileSync(at("config.json.0a1b.part"), "left by a process that was killed");
  expect((await coppice(`${TRAIN} --out ${out} --force`)).code).toBe(0);
  expect(readFileSync(at("notes.txt"), "utf8") + readFileSync(at("metrics.csv.draft.part"), "utf8")).toBe("minemine");
  expect(existsSync(at("config.json.0a1b.part"))).toBe(false);
  expect(statSync(at("checkpoint.safetensors")).size).toBeGreaterThan(100);

  rmSync(at("config.json")); // what is left tells itself whose it is
  expect((await coppice(`${TRAIN} --out ${out} --resume`)).err).toContain("--force");
  expect((await coppice(`${TRAIN} --out ${out} --force`)).code).toBe(0);

  writeFileSync(folder.path("theirs"), "theirs");
  for (const name of ["best.safetensors", "checkpoint-7.safetensors", "metrics.jsonl", "report.html"]) {
    rmSync(at(name), { force: true });
    symlinkSync(folder.path("theirs"), at(name));
    const { code, err } = await coppice(`${TRAIN} --out ${out} --force`);
    expect([code, err]).toEqual([2, expect.stringContaining(`${name} is not known for a file that coppice wrote`)]);
    expect(lstatSync(at(name)).isSymbolicLink()).toBe(true);
    rmSync(at(name));
  }
  expect(readFileSync(folder.path("theirs"), "utf8")).toBe("theirs");
});

it.each(["config.json", "model.safetensors", "metrics.csv", "metrics.jsonl", "report.html", "best.safetensors"])(
  "a stranger's %s is neither removed nor taken for a run's",
  async (name) => {
    const content = name === "config.json" ? '{"model_type": "bert", "version": "4"}' : "somebody's own\n";
    mkdirSync(folder.path("model"));
    writeFileSync(folder.path(`model/${name}`), content);
    for (const option of ["", " --force", " --resume"]) {
      const { code, err } = await coppice(`${TRAIN} --out ${folder.path("model")}${option}`);
      expect([code, err.split("\n").length], err).toEqual([2, 2]);
      expect(folder.list()).toEqual(["model", `model/${name}`]);
      expect(readFileSync(folder.path(`model/${name}`), "utf8")).toBe(content);
    }
  },
);

it("a stranger's config.json decides no place to write to, and what it names to read is told", async () => {
  const out = folder.path("run");
  writeFileSync(
    folder.path("d.csv"),
    `a,b,class\n${Array.from({ length: 30 }, (_, i) => `${i % 7},${i % 5},${i % 2 ? "x" : "y"}`).join("\n")}\n`,
  );
  const train = `train --data ${folder.path("d.csv")} --method linear --epochs 2 --device cpu`;
  expect((await coppice(`${train} --out ${out}`)).code).toBe(0);
  const file = folder.path("run/config.json");
  const config = JSON.parse(readFileSync(file, "utf8"));
  const resume = async (options: object, more = "") => {
    rmSync(folder.path("run/model.safetensors"), { force: true });
    writeFileSync(file, JSON.stringify({ ...config, options: { ...config.options, ...options } }));
    return coppice(`train --out ${out} --resume${more}`);
  };
  const elsewhere = folder.path("elsewhere");
  for (const tensorboard of [elsewhere, "../elsewhere", `${out}/../elsewhere`]) {
    const { code, err } = await resume({ tensorboard });
    expect([code, err]).toEqual([2, expect.stringContaining("which is outside of")]);
  }
  symlinkSync(folder.path(), folder.path("run/up"));
  expect((await resume({ tensorboard: `${out}/up/elsewhere` })).code).toBe(2);
  expect(existsSync(elsewhere)).toBe(false);
  const odd = await resume({ labels: "/dev/zero" });
  expect([odd.code, odd.err]).toEqual([2, expect.stringContaining("no plain file")]);
  for (const options of [{ data: 5 }, { tensorboard: 5 }, { image: 5 }, { ignore: "a" }, { keep: "many" }, { hidden: "x" }])
    expect((await resume(options)).code, JSON.stringify(options)).toBe(2);

  const { code, err } = await resume({ out: elsewhere, force: true, json: true, plan: "/dev/zero", tensorboard: `${out}/logs` });
  expect(code, err).toBe(0);
  expect(err).toContain(`data: reading ${folder.path("d.csv")}, outside of ${out}`);
  expect(existsSync(folder.path("run/logs"))).toBe(true);
  expect((await resume({ tensorboard: elsewhere }, ` --tensorboard ${elsewhere}`)).code).toBe(0); // the user said so
  expect(readdirSync(elsewhere).length).toBe(1);
});

const HOSTILE = "\u001b]0;owned\u0007\u001b[2J\r\u009b31m\u202eevil\u2066";

it("shows codes that steer a terminal instead of sending them, and leaves other texts and JSON values as they are", () => {
  expect(visible("a\tb\nc äöü 汉字 😀")).toBe("a\tb\nc äöü 汉字 😀");
  expect(visible(HOSTILE)).toBe("\\x1b]0;owned\\x07\\x1b[2J\\x0d\\x9b31m\\u202eevil\\u2066");
  let [out, err] = ["", ""];
  const terminal = {
    out(text: string) {
      out += text;
    },
    err(text: string) {
      err += text;
    },
  } as unknown as Terminal;
  say(terminal, HOSTILE);
  expect(err).toBe(`${visible(HOSTILE)}\n`);
  printJson(terminal, { name: HOSTILE });
  expect(JSON.parse(out)).toEqual({ name: HOSTILE });
  expect(visible(out)).toBe(out);
});

it("no name, label or message of a file steers the terminal", async () => {
  const name = HOSTILE.replaceAll("\r", "");
  const data = folder.path("d.csv");
  writeFileSync(
    data,
    `a,${name},class\n${Array.from({ length: 30 }, (_, i) => `${i % 7},${i % 5},${i % 2 ? name : "y"}`).join("\n")}\n`,
  );
  const model = folder.path("run/model.safetensors");
  const commands = [
    `train --data ${data} --method linear --epochs 1 --device cpu --out ${folder.path("run")}`,
    `eval ${model} --data ${data} --device cpu`,
    `inspect ${model}`,
    `inspect ${model} --json`,
    `train --data ${data} --label ${name} --ignore ${name} --out ${folder.path("run2")}`,
    `train --data ${folder.path(name)}`,
    `${name}`,
    `train --${name}`,
  ];
  for (const command of commands) {
    const { out, err } = await coppice(command);
    expect(visible(out), command).toBe(out);
    expect(visible(err), command).toBe(err);
    expect(out + err).toMatch(/./);
  }
});
