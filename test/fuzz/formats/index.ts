import type { Grammar } from "./grammar.js";
import { hdf5 } from "./hdf5.js";
import { idx } from "./idx.js";
import { matlab } from "./matlab.js";
import { matrixMarket } from "./matrix-market.js";
import { numpy } from "./numpy.js";
import { svmlight } from "./svmlight.js";
import { table } from "./table.js";
import { arff, gct, geo, xlsx } from "./tabular.js";

/** The grammar of each format, by the format's name. */
export const GRAMMARS: Readonly<Record<string, Grammar>> = {
  table,
  xlsx,
  hdf5,
  matlab,
  numpy,
  svmlight,
  "matrix-market": matrixMarket,
  arff,
  gct,
  geo,
  idx,
};
