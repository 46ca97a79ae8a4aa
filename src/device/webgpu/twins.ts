import type { Device } from "../device.js";
import { contentsOf, runInstead, runTwin, written } from "../instead.js";

/**
 * A device on which the kernels of these names run as their twins, on the host: their buffers are read back, and written again. To find out
 * which kernel a wrong result comes from; slow. Its info names the twins, so no plan or tuning is taken for the adapter's own.
 */
export function withTwins<D extends Device>(on: D, names: readonly string[]): D {
  const device = runInstead(
    on,
    ({ kernel }) => names.includes(kernel.name),
    async (dispatch) => {
      const arrays = await contentsOf(on, dispatch);
      runTwin(dispatch, arrays);
      for (const [name, buffer] of written(dispatch)) on.write(buffer, arrays[name]);
    },
  );
  const description = [on.info.description, `twins of ${names.join(", ")}`].filter(Boolean).join(", ");
  return { ...device, info: { ...on.info, description, twins: names } };
}
