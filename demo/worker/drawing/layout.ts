import { maximum } from "../../extremes.js";
/** Where the neurons of a network stand: planes behind each other along x, every neuron at the place of its original id for good. */
export interface Layout {
  /** Original neurons of each plane; plane 0 is the inputs. */
  readonly sizes: readonly number[];
  /** Place of a plane's first neuron among all places. */
  readonly first: readonly number[];
  /** [4 * places]: x, y and z of each, and how much it is lit. */
  readonly places: Float32Array<ArrayBuffer>;
  /** The planes' x. */
  readonly depth: readonly number[];
  /** The largest radius a neuron of the plane may have. */
  readonly radius: readonly number[];
  /** Half of the planes' extent in y and in z. */
  readonly extent: readonly number[];
}

/** Space between planes, in radii of the largest one. */
const SPACING = 1.65;
/** Planes of up to so many neurons are a ring, such as those of classes. */
const RING = 40;
const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));

/**
 * Places for planes of `sizes` original neurons: the inputs as a grid in reading order as seen from the front (of `imageShape` = [height,
 * width] where that fits), later planes as sunflower heads, small ones as rings. A larger plane is drawn larger, but not by much.
 */
export function layOut(sizes: readonly number[], imageShape: readonly [number, number] | null): Layout {
  const largest = maximum(sizes);
  const first: number[] = [];
  let total = 0;
  for (const size of sizes) {
    first.push(total);
    total += size;
  }
  const places = new Float32Array(4 * total);
  const depth = sizes.map((_, plane) => SPACING * (plane - (sizes.length - 1) / 2));
  const extent = sizes.map((size) => Math.max((size / largest) ** 0.15, 0.6));
  const radius = sizes.map((size, plane) => {
    const shape = imageShape && imageShape[0] * imageShape[1] === size ? imageShape : squarish(size);
    const ring = plane > 0 && size <= RING;
    for (let id = 0; id < size; id++) {
      const [y, z] = plane === 0 ? inGrid(id, shape) : ring ? onRing(id, size) : inSunflower(id, size);
      places.set([depth[plane], y * extent[plane], z * extent[plane], 0], 4 * (first[plane] + id));
    }
    const pitch = plane === 0 ? 2 / maximum(shape) : ring ? (2 * Math.PI) / Math.max(size, 8) : Math.sqrt(Math.PI / size);
    return Math.min(0.33 * pitch * extent[plane], 0.055);
  });
  return { sizes, first, places, depth, radius, extent };
}

function squarish(size: number): readonly [number, number] {
  const width = Math.ceil(Math.sqrt(size));
  return [Math.ceil(size / width), width];
}

function inGrid(id: number, [height, width]: readonly [number, number]): [number, number] {
  const pitch = 2 / Math.max(height, width);
  const [row, col] = [Math.floor(id / width), id % width];
  return [((height - 1) / 2 - row) * pitch, (col - (width - 1) / 2) * pitch];
}

function onRing(id: number, size: number): [number, number] {
  if (size === 1) return [0, 0];
  const angle = (2 * Math.PI * id) / size; // the first at the top, then clockwise as seen from the inputs
  return [Math.cos(angle), Math.sin(angle)];
}

function inSunflower(id: number, size: number): [number, number] {
  const radius = Math.sqrt((id + 0.5) / size);
  return [radius * Math.cos(id * GOLDEN_ANGLE), radius * Math.sin(id * GOLDEN_ANGLE)];
}
