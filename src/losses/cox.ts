import type { Loss } from "./loss.js";

/**
 * Cox's partial likelihood with Breslow's ties (Cox 1972; Breslow 1974): the first output z is the log risk, targets are the time, and 1 where the event
 * came, 0 where the sample was last seen without it. With S_i = sum of exp(z_j) over the samples j with t_j >= t_i,
 *
 *   loss = sum over events i of (log S_i - z_i), divided by the samples of the batch,
 *   delta_b = (exp(z_b) sum over events i with t_i <= t_b of 1 / S_i - event_b) / samples.
 *
 * Weights multiply a sample's term, and its exp(z) in S. Samples stand by falling time, so that S is a running sum, kept as its largest exponent and
 * a factor: no log risk is too large. Invocations take runs of samples, and sums go in order. A batch without an event has loss and delta 0.
 */
export const cox: Loss = {
  name: "cox",
  label: "partial likelihood",
  of: "times",
  average: "outputs",
  sortBy: (wanted) => -wanted(0),
  wgsl: `
var<workgroup> coxParts: array<vec2<f32>, WG>;
const coxNone = vec2<f32>(-3.4e38, 0.0);
// Sums of exponentials, y exp(x) each.
fn coxAdd(a: vec2<f32>, b: vec2<f32>) -> vec2<f32> {
  if (b.y == 0.0) { return a; }
  if (a.y == 0.0) { return b; }
  if (a.x >= b.x) { return vec2<f32>(a.x, a.y + b.y * exp(b.x - a.x)); }
  return vec2<f32>(b.x, b.y + a.y * exp(a.x - b.x));
}
fn coxEvent(b: u32) -> f32 { return weightOf(b) * wanted(1u, b); }
fn batchLoss(local: u32) -> f32 {
  let run = (cursor.count + WG - 1u) / WG;
  let begin = min(local * run, cursor.count);
  let end = min(begin + run, cursor.count);
  for (var b = begin; b < end; b++) {
    for (var c = 1u; c < params.outputs; c++) { setDelta(c, b, 0.0); }
  }
  var own = coxNone;
  for (var b = begin; b < end; b++) { own = coxAdd(own, vec2<f32>(output(0u, b), weightOf(b))); }
  coxParts[local] = own;
  workgroupBarrier();
  var risk = coxNone;
  for (var i = 0u; i < local; i++) { risk = coxAdd(risk, coxParts[i]); }
  workgroupBarrier();
  var loss = 0.0;
  own = coxNone;
  var next = begin; // the first sample of a smaller time
  for (var b = begin; b < end; b++) {
    if (b == next) {
      for (; next < cursor.count && wanted(0u, next) == wanted(0u, b); next++) {
        risk = coxAdd(risk, vec2<f32>(output(0u, next), weightOf(next)));
      }
    }
    let logRisk = select(0.0, risk.x + log(risk.y), risk.y > 0.0);
    setDelta(0u, b, logRisk);
    let event = coxEvent(b);
    if (event > 0.0) {
      loss += event * (logRisk - output(0u, b));
      own = coxAdd(own, vec2<f32>(-logRisk, event));
    }
  }
  coxParts[local] = own;
  workgroupBarrier();
  var hazard = coxNone;
  for (var i = WG - 1u; i > local; i--) { hazard = coxAdd(hazard, coxParts[i]); }
  var first = end; // the last sample, and those before it from here on, that are in the sum
  for (var b = end; b > begin; b--) {
    let at = b - 1u;
    let logRisk = delta[place(0u, at)];
    if (at < first) {
      first = at;
      for (; ; first--) {
        hazard = coxAdd(hazard, vec2<f32>(-logRisk, coxEvent(first)));
        if (first == 0u || wanted(0u, first - 1u) != wanted(0u, at)) { break; }
      }
    }
    let expected = select(0.0, exp(output(0u, at) + hazard.x + log(hazard.y)), hazard.y > 0.0);
    setDelta(0u, at, (weightOf(at) * expected - coxEvent(at)) / f32(cursor.count));
  }
  return loss;
}`,
  whole({ z, delta, outputs, stride, count, wanted, weight }) {
    for (let c = 1; c < outputs; c++) delta.fill(0, c * stride, c * stride + count);
    const event = (b: number) => weight(b) * wanted(1, b);
    const logRisk = new Float64Array(count);
    let risk: Exponential = NONE;
    let loss = 0;
    for (let b = 0, next = 0; b < count; b++) {
      for (; next < count && wanted(0, next) === wanted(0, b); next++) risk = add(risk, [z[next], weight(next)]);
      logRisk[b] = risk[1] > 0 ? logOf(risk) : 0;
      if (event(b) > 0) loss += event(b) * (logRisk[b] - z[b]);
    }
    let hazard: Exponential = NONE;
    for (let b = count - 1, first = count; b >= 0; b--) {
      for (; first > 0 && wanted(0, first - 1) === wanted(0, b); first--)
        hazard = add(hazard, [-logRisk[first - 1], event(first - 1)]);
      const expected = hazard[1] > 0 ? Math.exp(z[b] + logOf(hazard)) : 0;
      delta[b] = (weight(b) * expected - event(b)) / count;
    }
    return loss;
  },
};

/** A sum of exponentials: factor exp(exponent). */
type Exponential = readonly [exponent: number, factor: number];

const NONE: Exponential = [0, 0];
const logOf = ([exponent, factor]: Exponential) => exponent + Math.log(factor);

function add(a: Exponential, b: Exponential): Exponential {
  if (b[1] === 0) return a;
  if (a[1] === 0) return b;
  return a[0] >= b[0] ? [a[0], a[1] + b[1] * Math.exp(b[0] - a[0])] : [b[0], b[1] + a[1] * Math.exp(a[0] - b[0])];
}
