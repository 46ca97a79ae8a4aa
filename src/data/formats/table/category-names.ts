// Columns of texts as numbers. What stands for what is in the names of the features, which a model keeps: "sex=female" is 1 where column sex holds
// female, "size: low < high" is 0 and 1, "city #3 of 32" is 1 where the text's checksum says 3. So data for the model are read alike.

/** How columns of texts become numbers. */
export const CATEGORIES = ["one-hot", "ordinal", "hashed"] as const;

/** The names that a column may have, of which a model's feature is made. */
export function basesOf(feature: string): string[] {
  const ends = [...feature.matchAll(/=|: | #/g)].map(({ index }) => feature.slice(0, index));
  return ends.filter((base) => base !== "");
}
