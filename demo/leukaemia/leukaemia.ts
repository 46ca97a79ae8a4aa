import type { Dataset } from "../../src/api/index.js";
import { readDataset } from "../../src/data/read-dataset.js";
import uri from "./leukaemia.csv.gz?url&inline";

/**
 * Gene expression of 79 patients with acute lymphoblastic leukaemia of B cells: log2 of 2,000 probe sets of the HG-U95Av2 array, classes
 * "BCR/ABL" (37 patients, the fusion of two genes is there) and "neither" (42, no known rearrangement). Chiaretti et al. 2004 and 2005, from
 * Bioconductor's package ALL; write.R says how it differs from that, and copyright has its licence.
 */
export async function leukaemia(): Promise<Dataset> {
  const bytes = Uint8Array.from(atob(uri.slice(uri.indexOf(",") + 1)), (byte) => byte.charCodeAt(0));
  const dataset = await readDataset([{ name: "leukaemia.csv.gz", bytes }], { label: "kind", id: "patient" });
  const about =
    "the 2,000 probe sets of 12,625 that vary most, chosen without a look at the classes; 1635_at, 1636_g_at and 39730_at are of ABL1";
  return { ...dataset, notes: [about, ...(dataset.notes ?? [])] };
}
