import { LAYOUTS } from "./layouts/index.js";
import type { Method } from "./method.js";

const layout = LAYOUTS.erdosRenyi;

/**
 * Published methods: the pieces and the settings of their sources, each of which an option replaces. What a source
 * has beside these, such as its learning rate, is left to the user.
 */
export const PRESETS = {
  snip: { name: "snip", layout, topology: "snip", source: "Lee et al. 2019, arXiv 1810.02340" },
  rigl: {
    name: "rigl",
    layout,
    prune: "magnitude",
    grow: "gradient",
    evolution: { zeta: 0.3, zetaSchedule: "cosine", period: "100steps", until: 0.75 },
    source: "Evci et al. 2020, arXiv 1911.11134",
  },
  srigl: {
    name: "srigl",
    layout,
    topology: "fan-in",
    prune: "magnitude",
    grow: "fan-in",
    remove: "ablation",
    removal: { schedule: "below", amount: 0.3, first: 1 },
    evolution: { zeta: 0.3, zetaSchedule: "cosine", period: "100steps", until: 0.75 },
    source: "Lasby et al. 2024, arXiv 2305.02299",
  },
  gse: {
    name: "gse",
    layout,
    prune: "magnitude",
    grow: "sampled",
    growFirst: true,
    evolution: { zeta: 0.2, zetaSchedule: "cosine", period: "1000steps", until: 0.6 },
    source: "Heddes et al. 2024, arXiv 2401.06898",
  },
  itop: {
    name: "itop",
    layout,
    prune: "magnitude",
    grow: "random",
    evolution: { zeta: 0.5, zetaSchedule: "cosine", period: "1500steps" },
    source: "Liu et al. 2021, arXiv 2102.02887",
  },
  dsr: {
    name: "dsr",
    layout,
    prune: "global",
    grow: "random",
    allocate: "survivors",
    evolution: { zeta: 0.2, period: "100steps", until: 0.95 },
    source: "Mostafa and Wang 2019, arXiv 1902.05967",
  },
  "snfs-sparse": {
    name: "snfs-sparse",
    layout,
    prune: "magnitude",
    grow: "sampled",
    allocate: "gradient",
    evolution: { zeta: 0.5, zetaSchedule: "cosine" },
    source: "Dettmers and Zettlemoyer 2019, arXiv 1907.04840",
  },
  gmp: {
    name: "gmp",
    layout,
    prune: "magnitude",
    allocate: "cubic",
    evolution: { zeta: 0, until: 0.75 },
    source: "Zhu and Gupta 2018, arXiv 1710.01878",
  },
  granet: {
    name: "granet",
    layout,
    prune: "magnitude",
    grow: "gradient",
    allocate: "cubic",
    evolution: { zeta: 0.3, zetaSchedule: "cosine", until: 0.75 },
    source: "Liu et al. 2021, arXiv 2106.10404",
  },
  cht: {
    name: "cht",
    layout,
    prune: "magnitude",
    grow: "ch3-l3p",
    evolution: { zeta: 0.3, percolate: true },
    source: "Zhang et al. 2025, arXiv 2501.19107",
  },
  chts: {
    name: "chts",
    layout,
    prune: "soft",
    grow: "ch2-l3n-soft",
    evolution: { zeta: 0.3, percolate: true },
    source: "Zhang et al. 2025, arXiv 2501.19107",
  },
  chtss: {
    name: "chtss",
    layout,
    prune: "importance",
    grow: "ch2-l3n-soft",
    allocate: "sigmoid",
    evolution: { zeta: 0.3, percolate: true },
    source: "Zhang et al. 2025, arXiv 2501.19107",
  },
} satisfies Record<string, Method>;
