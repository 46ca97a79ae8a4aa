import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { takeLock } from "../../src/files/lock.js";
import { coppice, SMALL, useFolder } from "./harness.js";

const folder = useFolder();
/** A process that lives: the one that started this one. */
const OTHER = process.ppid;

/** A folder with a lock that says this. */
function locked(text: string): string {
  const path = folder.path(`run${readdirSync(folder.path()).length}`);
  mkdirSync(path);
  writeFileSync(join(path, "lock"), text);
  return path;
}

describe("a folder's lock", () => {
  it("keeps out whoever comes second, in this process too, until it is released", () => {
    const path = folder.path("run");
    const release = takeLock(path, "--out");
    expect(readFileSync(join(path, "lock"), "utf8")).toMatch(new RegExp(`^${process.pid}\n${hostname()}\n`));
    expect(() => takeLock(path, "--out")).toThrow(`--out: ${path} is in use by process ${process.pid}; wait for its end`);
    expect(() => takeLock(join(path, "..", "run"), "--out")).toThrow("is in use by process");
    release();
    expect(existsSync(path)).toBe(false); // it was made for the lock, and nothing came into it
    takeLock(path, "--out")();
  });

  it("takes away the folders it made as far as they are empty, and no others", () => {
    const release = takeLock(folder.path("a/b/c"), "--out");
    writeFileSync(folder.path("a/kept"), "");
    release();
    expect(folder.list()).toEqual(["a", "a/kept"]);
    takeLock(folder.path("a"), "--out")();
    expect(folder.list()).toEqual(["a", "a/kept"]);
  });

  it("of a process that lives is respected, whoever wrote it", () => {
    for (const text of [`${OTHER}`, `${OTHER}\n${hostname()}\n\n`]) {
      const path = locked(text);
      expect(() => takeLock(path, "--out")).toThrow(
        `--out: ${path} is in use by process ${OTHER}; wait for its end, or name another folder; if that is no run of coppice any more, delete ${path}/lock`,
      );
      expect(readFileSync(join(path, "lock"), "utf8")).toBe(text);
    }
  });

  it("of another computer is respected: whether its process lives cannot be told here", () => {
    const path = locked("1\nelsewhere\n\n");
    expect(() => takeLock(path, "--out")).toThrow(
      `is in use by process 1 on elsewhere; wait for its end, or name another folder; if that is no run of coppice any more, delete ${path}/lock`,
    );
  });

  it.each([
    ["of a process that is gone", "4194304999"],
    ["of one that is gone, with its computer", `4194304999\n${hostname()}\nboot 1\n`],
    ["that names this process, which does not have it", `${process.pid}\n${hostname()}\n\n`],
    ["that is empty, as one left by a full disk", ""],
    ...(process.platform === "linux"
      ? [["of a process whose number another one has got since", `${OTHER}\n${hostname()}\nboot 1\n`]]
      : []),
  ])("%s is taken over", (_, text) => {
    const path = locked(text);
    const release = takeLock(path, "--out");
    expect(readFileSync(join(path, "lock"), "utf8").split("\n")[0]).toBe(String(process.pid));
    release();
    expect(readdirSync(path)).toEqual([]);
  });

  it("that is not one of ours stays as it is", () => {
    const path = locked("my own list of locks\n");
    expect(() => takeLock(path, "--out")).toThrow(
      `--out: ${path}/lock is not known for a lock that coppice wrote; move it away, or name another folder`,
    );
    expect(readFileSync(join(path, "lock"), "utf8")).toBe("my own list of locks\n");
  });

  it("is refused with the system's word where it cannot be made", () => {
    writeFileSync(folder.path("file"), "");
    expect(() => takeLock(folder.path("file/run"), "--out")).toThrow(/--out: \S+ cannot be made \(ENOTDIR/);
  });
});

describe("train", () => {
  it("refuses a folder that another run is in, to begin, to replace and to go on, and reads its last state once that has ended", async () => {
    const out = folder.path("run");
    let second: Promise<Awaited<ReturnType<typeof coppice>>[]> | undefined;
    const first = await coppice(`train ${SMALL} --out ${out}`, {
      onErr(text) {
        if (!text.includes("epoch 1/3")) return;
        const words = [SMALL, `${SMALL} --force`, "--resume"];
        second = Promise.all(words.map((given) => coppice(`train ${given} --out ${out}`)));
      },
    });
    expect(first.code, first.err).toBe(0);
    for (const { code, err } of (await second) ?? []) {
      expect(code).toBe(2);
      expect(err).toContain(`coppice: --out: ${out} is in use by process ${process.pid}; wait for its end`);
    }
    expect((await second)?.length).toBe(3);
    const again = await coppice(`train --out ${out} --resume`);
    expect(again.code, again.err).toBe(0);
    expect(again.err).toContain("after epoch 3");
    expect(readdirSync(out)).not.toContain("lock");
  });

  it("leaves no folder behind when it is refused", async () => {
    const out = folder.path("new/run");
    expect((await coppice(`train --data digits --hidden 0 --out ${out}`)).code).toBe(2);
    expect(existsSync(dirname(out))).toBe(false);
  });
});
