import { existsSync, readFileSync } from "node:fs";

/** The results of a study, a line of JSON each; none if the file is not there yet. */
export const readResults = <Result>(file: string): Result[] =>
  existsSync(file)
    ? readFileSync(file, "utf8")
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line))
    : [];
