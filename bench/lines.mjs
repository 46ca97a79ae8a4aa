// Lines of src at a commit, room by room: code, comments and docstrings, blank lines. Data (json, gz) are left out.
// node bench/lines.mjs [COMMIT]
import { execFileSync } from "node:child_process";

const commit = process.argv[2] ?? "HEAD";
const git = (...words) => execFileSync("git", words, { encoding: "utf8", maxBuffer: 2 ** 28 });

/** Lines of a text by their kind. A line that begins in a comment, or with one, is a comment. */
function count(text) {
  const lines = { code: 0, comments: 0, blank: 0 };
  let inside = false;
  for (const each of text.trimEnd().split("\n")) {
    const line = each.trim();
    const opens = line.startsWith("/*");
    if (inside || opens || line.startsWith("//")) lines.comments++;
    else lines[line === "" ? "blank" : "code"]++;
    if (inside || opens) inside = !line.includes("*/");
  }
  return lines;
}

const rooms = {};
for (const path of git("ls-tree", "-r", "--name-only", commit, "src").trim().split("\n")) {
  if (/\.(json|gz)$/.test(path)) continue;
  const [, room, ...rest] = path.split("/");
  const name = rest.length > 0 ? room : "src";
  const { code, comments, blank } = count(git("show", `${commit}:${path}`));
  for (const key of [name, "all"]) {
    rooms[key] ??= { files: 0, code: 0, comments: 0, blank: 0 };
    rooms[key].files++;
    rooms[key].code += code;
    rooms[key].comments += comments;
    rooms[key].blank += blank;
  }
}
console.table(rooms);
