import type { Grammar } from "./grammar.js";
import { idx } from "./idx.js";
import { matlab } from "./matlab.js";
import { numpy } from "./numpy.js";
import { svmlight } from "./svmlight.js";
import { table } from "./table.js";

/** The grammar of each format, by the format's name. */
export const GRAMMARS: Readonly<Record<string, Grammar>> = { table, matlab, numpy, svmlight, idx };
