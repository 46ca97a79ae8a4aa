import { arff } from "./arff/format.js";
import type { Format } from "./format.js";
import { gct } from "./gct.js";
import { geo } from "./geo.js";
import { hdf5 } from "./hdf5/hdf5.js";
import { idx } from "./idx.js";
import { matlab } from "./matlab/format.js";
import { matrixMarket } from "./matrix-market/format.js";
import { numpy } from "./numpy/format.js";
import { svmlight } from "./svmlight/format.js";
import { table } from "./table/table.js";
import { xlsx } from "./xlsx/xlsx.js";

const arrays = [hdf5, matlab, numpy];
const tabular = [arff, gct, geo];

/** The formats that datasets are read from. Another is a file, a line here, and a grammar in test/fuzz/formats. */
export const FORMATS: readonly Format[] = [table, xlsx, ...arrays, svmlight, matrixMarket, ...tabular, idx];
