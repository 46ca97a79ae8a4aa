/** Which set of samples to read from a file that holds one for training and one for testing. */
export type Part = "train" | "test";

/** The name, among `names`, of what belongs to the test set where `name` belongs to the training set: x_test for x_train, testY for trainY. */
export function testName(name: string, names: readonly string[]): string | undefined {
  const other = name.toLowerCase().replace(/train(ing)?/, "test");
  return other === name.toLowerCase() ? undefined : names.find((candidate) => candidate.toLowerCase() === other);
}
