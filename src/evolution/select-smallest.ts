import { checkDevice, type Device, type DeviceBuffer, type TypedData } from "../device/device.js";
import type { Dispatch } from "../device/kernel.js";
import { runOnce } from "../device/run-once.js";
import { createScratch, type Scratch } from "../device/scratch.js";
import { countSigns } from "../kernels/count-signs.js";
import { histogram } from "../kernels/histogram.js";
import { mark } from "../kernels/mark.js";
import { pick } from "../kernels/pick.js";
import { countOf, type Members, mostOf } from "../layers/members.js";
import { isMarked, maskStart } from "../sparse/marks.js";
import { check, checkBoolean, checkInteger, checkKeys, checkNumber, checkTyped } from "../util/check.js";
import { shown } from "../util/shown.js";
import type { PruneCount } from "./pruners/pruner.js";

/**
 * SET's counts: floor(zeta count) of each sign, in f64 (f32 gives other counts). zeta in [0, 1]; counts are integers; anything else throws.
 */
export function countsToPrune(positive: number, negative: number, zeta: number): PruneCount {
  checkNumber(zeta, "zeta", 0, 1);
  checkInteger(positive, "positive weights", 0);
  checkInteger(negative, "negative weights", 0);
  return { positive: Math.floor(zeta * positive), negative: Math.floor(zeta * negative) };
}

/**
 * Marks what survives magnitude pruning of one layer. `blocks` are its values, one buffer a row block, slots numbered through them.
 * The weights pruned are all that are 0 (or -0) and, of the others, the `count.positive` positive and the `count.negative` negative
 * ones with the smallest |w|; or, when `count` is a number, that many of either sign. Equal |w|: the lowest slots go. Exact: |w| is
 * compared as bits. A class must hold as many weights as are to go (see `countSigns`), and all must be finite.
 *
 * Returns a buffer of the scratch for each block: bit k % 32 of word k >> 5 is set iff its slot k survives. It holds that until marks of the same
 * name are asked for. Resolves when the work has been submitted.
 *
 * Of an ensemble `members` says for each block where their parts of it lie, and `count` is a list of one for each. Each is pruned as it is
 * alone; its marks, of its slots from 0, begin at word `maskStart` of a block's.
 */
export async function markSurvivors(
  scratch: Scratch,
  name: string,
  blocks: readonly DeviceBuffer[],
  count: PruneCount | number | readonly (PruneCount | number)[],
  members: readonly Members[] = [],
): Promise<DeviceBuffer[]> {
  const counts = [count].flat();
  const selection = scratch.buffer(`${name}.selection`, "u32", 8 * counts.length);
  scratch.device.write(selection, Uint32Array.from(counts.flatMap(classesOf)));
  const bins = scratch.buffer(`${name}.bins`, "u32", 512 * counts.length); // left as zeros
  const words = ({ length }: DeviceBuffer) => (members.length > 0 ? maskStart(length, counts.length) : Math.ceil(length / 32));
  const masks = blocks.map((block, i) => scratch.buffer(`${name}.survivors.${i}`, "u32", words(block)));
  const signed = typeof counts[0] === "number" ? 0 : 1;
  const uses = [signed, selection, bins, ...blocks, ...masks, ...members];
  await scratch.run(name, uses, () => pruneDispatches(blocks, masks, selection, bins, signed, members));
  return masks;
}

/** Two classes of: prefix of |w|, prefix of the slot, still to be found, open. Closed at 0, 0 nothing but zeros goes. */
function classesOf(count: PruneCount | number): number[] {
  const { positive, negative } = typeof count === "number" ? { positive: count, negative: 0 } : count;
  return [positive, negative].flatMap((sought) => {
    checkInteger(sought, "weights to remove", 0);
    return [0, 0, sought, sought > 0 ? 1 : 0];
  });
}

/**
 * The dispatches that mark what survives of `blocks` (see `markSurvivors`) in `masks`: a histogram and a pick for each digit of the key, then
 * the marks. `selection` holds two classes a member, of: prefix of |w|, prefix of the slot, still to be found, open; `bins` 512 zeros a member.
 * SIGNED 1 counts positive and negative weights separately.
 */
export function pruneDispatches(
  blocks: readonly DeviceBuffer[],
  masks: readonly DeviceBuffer[],
  selection: DeviceBuffer,
  bins: DeviceBuffer,
  SIGNED: number,
  members: readonly Members[] = [],
): Dispatch[] {
  let total = 0; // of a member: those that have fewer slots leave out numbers
  const parts = blocks.map((values, i) => {
    const own = members[i] ?? null;
    const params = { slots: mostOf(own, "slots") ?? values.length, slotStart: total };
    total += params.slots;
    return { values, places: own?.table ?? null, survivors: masks[i], params };
  });
  const MEMBERS = countOf(members[0] ?? null);
  const constants = { SIGNED, MEMBERS };
  const passes = digits(total).flatMap((digit) => [
    ...parts.map(({ values, places, params }) =>
      histogram.on({ params: { ...params, digit }, buffers: { values, selection, bins, places }, constants }),
    ),
    pick.on({ params: { digit }, buffers: { selection, bins }, constants: { MEMBERS } }),
  ]);
  const marks = parts.map(({ values, places, survivors, params }) =>
    mark.on({ params, buffers: { values, selection, survivors, places }, constants }),
  );
  return [...passes, ...marks];
}

/** The digits of the composite key that a selection among `total` slots must look at: those of |w|, and of the slot those that are not 0 for all. */
function digits(total: number): number[] {
  const slotBits = total > 1 ? 32 - Math.clz32(total - 1) : 0;
  const leadingZeros = 4 - Math.ceil(slotBits / 8);
  return [0, 1, 2, 3, 4, 5, 6, 7].filter((digit) => digit < 4 || digit >= 4 + leadingZeros);
}

/** `zeta` is a fraction, `count` a number; with `signed`, of the positive and of the negative values separately. */
export type SelectOptions = ({ readonly zeta: number } | { readonly count: number }) & { readonly signed?: boolean };

/**
 * The slots, increasing, that magnitude pruning would remove from `values`: the floor(zeta n) or `count` of smallest |w| among the n values
 * that are not 0, equal ones by lowest slot. Zeros go as well and are not counted. With `signed`, as SET does it: so many of the positive
 * and so many of the negative values. Selected on the device, exactly; `values` are not changed.
 * Throws when a value is not finite or when there are fewer values than `count`.
 */
export async function selectSmallest(
  device: Device,
  values: Float32Array | DeviceBuffer,
  options: SelectOptions,
): Promise<Uint32Array> {
  checkDevice(device, `${WHERE}: device`);
  const known = { zeta: true, count: true, signed: true };
  checkKeys<{ zeta?: number; count?: number; signed?: boolean }>(options, known, `${WHERE}: option`);
  if (options.signed !== undefined) checkBoolean(options.signed, `${WHERE}: signed`);
  if (!ArrayBuffer.isView(values)) {
    const fits = typeof values === "object" && values !== null && values.type === "f32" && Number.isInteger(values.length);
    check(fits, WHERE, () => `${shown(values)} is neither a Float32Array nor a buffer of f32`);
    return smallestSlots(device, [values], options);
  }
  checkTyped(values, Float32Array, `${WHERE}: values`);
  const most = Math.min(values.length, Math.floor(device.limits.bindingBytes / 4));
  const blocks: DeviceBuffer[] = [];
  try {
    for (let at = 0; at < values.length; at += most) {
      blocks.push(device.createBuffer("values", "f32", values.subarray(at, at + most)));
    }
    return await smallestSlots(device, blocks, options);
  } finally {
    device.destroyBuffers(blocks);
  }
}

async function smallestSlots(device: Device, blocks: readonly DeviceBuffer[], options: SelectOptions): Promise<Uint32Array> {
  const [positive, negative, zero, notFinite] = await readCounts(device, blocks);
  check(notFinite === 0, WHERE, () => `${notFinite} values are not finite; magnitudes can be compared only where all are`);
  const count = sought(positive, negative, options);
  const scratch = createScratch(device);
  let masks: TypedData[];
  try {
    masks = await device.read(await markSurvivors(scratch, WHERE, blocks, count));
  } finally {
    scratch.free();
  }

  const slots = new Uint32Array(zero + (typeof count === "number" ? count : count.positive + count.negative));
  let slotStart = 0;
  let found = 0;
  blocks.forEach((block, i) => {
    for (let k = 0; k < block.length; k++) if (!isMarked(masks[i] as Uint32Array, k)) slots[found++] = slotStart + k;
    slotStart += block.length;
  });
  return slots;
}

function sought(positive: number, negative: number, options: SelectOptions): PruneCount | number {
  check("zeta" in options !== "count" in options, WHERE, () => "give either zeta or count");
  if ("zeta" in options) {
    if (options.signed) return countsToPrune(positive, negative, options.zeta);
    return countsToPrune(positive + negative, 0, options.zeta).positive;
  }
  const { count, signed } = options;
  const most = signed ? Math.min(positive, negative) : positive + negative;
  checkInteger(count, `${WHERE}: count`, 0);
  check(count <= most, WHERE, () => {
    return `count is ${count}, but ${positive} values are positive and ${negative} negative; ask for at most ${most}`;
  });
  return signed ? { positive: count, negative: count } : count;
}

const WHERE = "selectSmallest";

/** Adds to counts[at + 4 j ..) how many of a block's values are positive, negative, zero, not finite: of member j, or of all where j is 0. */
export function countDispatch(values: DeviceBuffer, members: Members | null, counts: DeviceBuffer, at: number): Dispatch {
  const slots = mostOf(members, "slots") ?? values.length;
  const buffers = { values, counts, places: members?.table ?? null };
  return countSigns.on({ params: { slots, at }, buffers, constants: { MEMBERS: countOf(members) } });
}

/** How many values are positive, negative, zero, not finite. */
async function readCounts(device: Device, blocks: readonly DeviceBuffer[]): Promise<TypedData> {
  const counts = device.createBuffer("counts", "u32", 4);
  try {
    const dispatches = blocks.map((values) => countDispatch(values, null, counts, 0));
    await runOnce(device, dispatches);
    return (await device.read([counts]))[0];
  } finally {
    device.destroyBuffers([counts]);
  }
}
