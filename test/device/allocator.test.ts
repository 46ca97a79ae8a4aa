import fc from "fast-check";
import { expect, test } from "vitest";
import { ALIGNMENT, createAllocator } from "../../src/device/cpu/allocator.js";

/** Positive: allocate so many bytes; else free one of the blocks that are held. */
const steps = fc.array(fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: -100, max: -1 })), { maxLength: 200 });

test("blocks are aligned, never overlap, lie below what was grown to, and merge again when they are freed", () => {
  fc.assert(
    fc.property(steps, (sequence) => {
      let top = 0;
      const allocator = createAllocator((end) => {
        expect(end).toBeGreaterThan(top);
        top = end;
      });
      const held: { address: number; bytes: number }[] = [];
      for (const step of sequence) {
        if (step >= 0) {
          const address = allocator.allocate(step);
          expect(address).toBeGreaterThan(0);
          expect(address % ALIGNMENT).toBe(0);
          expect(address + step).toBeLessThanOrEqual(top);
          for (const other of held)
            expect(
              address + step <= other.address || other.address + other.bytes <= address,
              `${address} and ${other.address}`,
            ).toBe(true);
          expect(held.every((other) => other.address !== address)).toBe(true);
          held.push({ address, bytes: step });
        } else if (held.length > 0) {
          const [{ address }] = held.splice(-step % held.length, 1);
          allocator.free(address);
        }
      }
      const grownTo = top;
      for (const { address } of held) allocator.free(address);
      if (grownTo === 0) return;
      expect(allocator.allocate(grownTo - ALIGNMENT)).toBe(ALIGNMENT); // all of it is one gap again
      expect(top).toBe(grownTo);
    }),
  );
});

test("what is freed twice, or was never allocated, is refused", () => {
  const allocator = createAllocator(() => {});
  const address = allocator.allocate(100);
  allocator.free(address);
  expect(() => allocator.free(address)).toThrow(`no block at ${address}`);
  expect(() => allocator.free(4096)).toThrow("no block at 4096");
});

test("when it cannot grow nothing changes: what is there can still be freed and used", () => {
  let room = true;
  const allocator = createAllocator(() => {
    if (!room) throw new RangeError("full");
  });
  const first = allocator.allocate(1000);
  room = false;
  expect(() => allocator.allocate(1000)).toThrow("full");
  allocator.free(first);
  expect(allocator.allocate(900)).toBe(first);
});
