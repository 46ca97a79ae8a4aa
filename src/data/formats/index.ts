import { idx } from "../readers/idx.js";
import { matlab } from "../readers/mat.js";
import { numpy } from "../readers/numpy.js";
import { svmlight } from "../readers/svmlight.js";
import { table } from "../readers/table.js";
import type { Format } from "./format.js";

/** The formats that datasets are read from. Another is a file, a line here, and a grammar in test/fuzz/formats. */
export const FORMATS: readonly Format[] = [table, matlab, numpy, svmlight, idx];
