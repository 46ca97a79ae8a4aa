import { decodeCheckpoint } from "../../io/formats/checkpoint/checkpoint.js";
import { integer, list, nullable, number, record, take, text, type ValueOf } from "../../options/schema.js";
import { check } from "../../util/check.js";
import type { Leg, LegTask } from "./leg.js";

const ANSWER = nullable(record({ stops: list(record({ epoch: integer({ min: 1 }), said: list(number()) })), state: text() }));

/** A leg as JSON: its checkpoint in base64, and null where training diverged. */
export type LegAnswer = ValueOf<typeof ANSWER>;

/** A leg as its process tells it. */
export function toAnswer(leg: Leg | null): LegAnswer {
  if (!leg) return null;
  const { buffer, byteOffset, byteLength } = leg.state;
  const stops = leg.stops.map(({ epoch, said }) => ({ epoch, said: [...said] }));
  return { stops, state: Buffer.from(buffer, byteOffset, byteLength).toString("base64") };
}

/**
 * Throws a usage error unless a value is the answer to a leg: its stops from epoch `from` on, of `heldOut` samples each, and the checkpoint at its
 * end. It may come from another machine.
 */
export function checkLeg(value: unknown, { stop, until, key }: LegTask, from: number, heldOut: number): Leg | null {
  const where = "the answer is not what was asked for";
  const answer = take(ANSWER, value, where);
  if (!answer) return null;
  const { stops } = answer;
  const planned = stop === null ? [] : Array.from({ length: Math.floor(until / stop) }, (_, k) => stop * (k + 1));
  const expected = planned.filter((epoch) => epoch > from);
  check(stops.map(({ epoch }) => epoch).join() === expected.join(), where, () => `its stops are not ${expected.join()}`);
  const whole = stops.every(({ said }) => said.length > 0 && said.length % heldOut === 0);
  check(whole, where, () => `its stops are not of ${heldOut} samples`);
  const state = new Uint8Array(Buffer.from(answer.state, "base64"));
  const { training } = decodeCheckpoint(state, key);
  check(training?.epoch === until, where, () => `its model is of epoch ${training?.epoch}, expected ${until}`);
  return { stops, state };
}
