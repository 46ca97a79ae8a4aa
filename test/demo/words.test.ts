import { expect, test } from "vitest";
import { explain, explainPrediction } from "../../demo/page/words.js";
import { previewTable } from "../../src/api/data.js";

const problemOf = async (text: string) => {
  const { problem } = await previewTable(new TextEncoder().encode(text), "t.csv");
  return problem ?? "";
};

test("messages of the library name the page's controls, and none of its options", async () => {
  const tables = [
    "a,sex,b,y\n1,m,2,u\n3,f,4,v\n5,m,1,u\n",
    "gene,symbol,s1,s2,s3\nA,x,1,2,3\nB,y,4,5,6\nC,z,7,8,9\n",
    "a,b\n1,2.5\n3,4.5\n",
  ];
  const problems = await Promise.all(tables.map(problemOf));
  expect(explain(problems[0])).toMatch(/the whole column is text: choose it in "Labels", "Sample IDs", "Group" or "Leave out"/);
  expect(explain(problems[1])).toMatch(/if it is no sample, choose it in "Leave out"/);
  expect(explain(problems[2])).toMatch(
    /say which column is, with "Labels", or give the labels in a file \("Labels in a second file"\)/,
  );
  for (const problem of problems) {
    expect(problem).toMatch(/\boption /);
    expect(explain(problem)).not.toMatch(/\boption /);
    expect(explainPrediction(problem)).not.toMatch(/\boption /);
  }
  expect(explainPrediction(problems[0])).toMatch(/the whole column is text: remove it from the file\)/);
});
