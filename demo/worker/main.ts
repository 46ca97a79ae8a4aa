import { expose } from "comlink";
import * as data from "./data.js";

/** What a worker does for the page; each part is a file beside this one. */
const api = { ...data };
export type WorkerApi = typeof api;

expose(api);
