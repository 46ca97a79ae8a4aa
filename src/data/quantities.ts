/** Distinct fractions above which they are hardly classes. */
const MANY = 30;

/** Whether about every sample has a label of its own: more than 0.8 a sample, of 5 samples or more. */
export function hardlyRepeats(classes: number, samples: number): boolean {
  return samples >= 5 && classes > 0.8 * samples;
}

/** Whether numbers look like quantities to learn rather than classes: there are fractions, and more than 30 values, or about one a sample. */
export function areQuantities(values: ArrayLike<number | string>): boolean {
  const distinct = new Set<number | string>(Array.from(values));
  const numbers = [...distinct].every((value) => typeof value === "number" && Number.isFinite(value));
  if (!numbers || [...distinct].every(Number.isInteger)) return false;
  return distinct.size > MANY || hardlyRepeats(distinct.size, values.length);
}

/** What to say where labels are taken for quantities. */
export const quantityNote = (labels: string): string =>
  `${labels} are fractions, so they are taken for numbers to learn, a regression; if they are classes, say so: task classification`;
