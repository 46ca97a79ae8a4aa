import { mat4, vec3, vec4 } from "gl-matrix";
import { maximum, minimum } from "../../extremes.js";
import type { Layout } from "./layout.js";

/** An eye that goes around a point of the network. Distances are the layout's, angles radians, screen positions CSS pixels. */
export interface Camera {
  readonly viewProjection: mat4;
  readonly eye: vec3;
  /** CSS pixels that a length of 1 takes at a distance of 1. */
  readonly scale: number;
  /** Distances from the eye of the network's nearest and farthest parts. */
  readonly range: readonly [number, number];
  resize(width: number, height: number): void;
  /** Goes around by half a turn a screen width, or moves what is looked at with the pointer. */
  move(dx: number, dy: number, mode: "pan" | "rotate"): void;
  /** Moves closer (factor above 1) to what is under (x, y). */
  zoom(factor: number, x: number, y: number): void;
  /** Looks at the whole network from the front, somewhat from the side and from above. */
  reset(): void;
  /** Screen position of a point and its distance; null when it is behind the eye. */
  project(point: ArrayLike<number>): { x: number; y: number; distance: number } | null;
}

const VIEW_ANGLE = (24 * Math.PI) / 180;
const START = { yaw: 0.74, pitch: 0.15 };
const MAX_PITCH = 1.45; // looking straight down, up would have no direction
/** Share of the picture that the whole network fills. */
const FILL = 0.94;

/** A camera on `layout`, looking at all of it. */
export function createCamera(layout: Layout, width: number, height: number): Camera {
  const corners = boundsOf(layout);
  const radius = maximum(corners.map((corner) => vec3.length(corner)));
  let { yaw, pitch } = START;
  let distance = 1;
  let target = vec3.create();
  let moved = false;
  let viewProjection = mat4.create();
  let axes = axesOf(yaw, pitch);
  let eye = vec3.create();

  const tangents = () => {
    const vertical = Math.tan(VIEW_ANGLE / 2);
    return { vertical, horizontal: (vertical * width) / height };
  };
  const update = () => {
    axes = axesOf(yaw, pitch);
    eye = along(target, axes.back, distance);
    const near = 0.02;
    const projection = mat4.perspectiveZO(mat4.create(), VIEW_ANGLE, width / height, near, distance + 4 * radius + near);
    viewProjection = mat4.multiply(mat4.create(), projection, mat4.lookAt(mat4.create(), eye, target, [0, 1, 0]));
  };
  const lookAtAll = () => {
    ({ distance, target } = lookAtBox(corners, axesOf(yaw, pitch), tangents()));
    moved = false;
    update();
  };
  lookAtAll();

  return {
    get viewProjection() {
      return viewProjection;
    },
    get eye() {
      return eye;
    },
    get scale() {
      return height / (2 * tangents().vertical);
    },
    get range() {
      const far = corners.map((corner) => vec3.dot(vec3.subtract(vec3.create(), eye, corner), axes.back));
      return [minimum(far), maximum(far)] as const;
    },
    resize(newWidth, newHeight) {
      [width, height] = [newWidth, newHeight];
      if (moved) update();
      else lookAtAll();
    },
    move(dx, dy, mode) {
      moved = true;
      if (mode === "rotate") {
        yaw += (Math.PI * dx) / width;
        pitch = clamp(pitch + (Math.PI * dy) / height, -MAX_PITCH, MAX_PITCH);
      } else {
        const scale = (2 * distance * tangents().vertical) / height;
        target = along(along(target, axes.right, -dx * scale), axes.up, dy * scale);
      }
      update();
    },
    zoom(factor, x, y) {
      moved = true;
      const closer = clamp(distance / factor, 0.15, 20 * radius);
      const { vertical, horizontal } = tangents();
      const shift = distance - closer; // what is under the pointer, in the target's plane, stays there
      target = along(target, axes.right, ((2 * x) / width - 1) * horizontal * shift);
      target = along(target, axes.up, (1 - (2 * y) / height) * vertical * shift);
      distance = closer;
      update();
    },
    reset() {
      ({ yaw, pitch } = START);
      lookAtAll();
    },
    project(point) {
      const [x, y, , w] = vec4.transformMat4(vec4.create(), [point[0], point[1], point[2], 1], viewProjection);
      return w < 0.02 ? null : { x: (0.5 + (0.5 * x) / w) * width, y: (0.5 - (0.5 * y) / w) * height, distance: w };
    },
  };
}

/** Where to look, and from how far, so that a box is in the middle of the picture and as large as all of it can be seen. */
function lookAtBox(
  corners: readonly vec3[],
  { right, up, back }: ReturnType<typeof axesOf>,
  { horizontal, vertical }: { readonly horizontal: number; readonly vertical: number },
): { distance: number; target: vec3 } {
  const seen = corners.map((corner) => [right, up, back].map((axis) => vec3.dot(corner, axis)));
  // A corner at r along an axis of the picture and b towards the eye is seen when |r - c| <= t (d - b), for a centre c and t the tangent
  // of half the angle of view: the least d that leaves room for a c is half the distance between the outermost r + t b and r - t b.
  const least = (axis: 0 | 1, t: number) =>
    (maximum(seen.map((at) => at[axis] + t * at[2])) - minimum(seen.map((at) => at[axis] - t * at[2]))) / (2 * t);
  const distance = Math.max(least(0, FILL * horizontal), least(1, FILL * vertical));
  const centre = (axis: 0 | 1) => {
    let c = 0;
    for (let i = 0; i < 20; i++) {
      const slopes = seen.map((at) => (at[axis] - c) / (distance - at[2]));
      c += (distance * (maximum(slopes) + minimum(slopes))) / 2; // equal margins on both sides
    }
    return c;
  };
  return { distance, target: along(vec3.scale(vec3.create(), right, centre(0)), up, centre(1)) };
}

/** The point at a distance from another, along an axis. */
const along = (from: vec3, axis: vec3, distance: number) => vec3.scaleAndAdd(vec3.create(), from, axis, distance);

/** Right and up on the screen, and back towards the eye: at yaw 0 the inputs are at the left, a positive yaw shows their front. */
function axesOf(yaw: number, pitch: number): { right: vec3; up: vec3; back: vec3 } {
  const back = vec3.fromValues(-Math.sin(yaw) * Math.cos(pitch), Math.sin(pitch), Math.cos(yaw) * Math.cos(pitch));
  const right = vec3.cross(vec3.create(), [0, 1, 0], back);
  vec3.normalize(right, right);
  return { right, up: vec3.cross(vec3.create(), back, right), back };
}

function boundsOf({ depth, extent }: Layout): vec3[] {
  const square = [-1, 1].flatMap((y) => [-1, 1].map((z) => [y, z]));
  const round = Array.from({ length: 8 }, (_, k) => [Math.cos((k * Math.PI) / 4), Math.sin((k * Math.PI) / 4)]); // planes but the inputs' are
  return depth.flatMap((x, plane) =>
    (plane === 0 ? square : round).map(([y, z]) => vec3.fromValues(x, y * extent[plane], z * extent[plane])),
  );
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
