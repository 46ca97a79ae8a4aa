import { version as packageVersion } from "../../package.json";

/** The version of coppice. */
export const version: string = packageVersion;
