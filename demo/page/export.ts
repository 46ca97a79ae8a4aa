import type { ExportApi } from "../worker/export.js";
import { url as script } from "../worker/export.js?script";
import { helperOf } from "./workers.js";

// Imported when it is first asked for, with a worker of its own: few visitors export, and the first load is without it.

/** The model of a checkpoint file as a file of the format of that name. */
export async function exported(checkpoint: Blob, format: string): Promise<Blob> {
  const { api, failed, end } = helperOf<ExportApi>(script);
  try {
    return await Promise.race([api.write(checkpoint, format), failed]);
  } finally {
    end();
  }
}
