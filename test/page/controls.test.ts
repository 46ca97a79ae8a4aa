import { afterAll, beforeAll, expect, test } from "vitest";
import { openDemo, openSite, type Site, set } from "./site.js";
import { load, looked, summary } from "./upload.js";

// The demo page's controls: what they refuse, what a method does not use, and data that is chosen, dropped or opened by keyboard.

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

test("controls refuse what cannot be trained, and show which a method does not use", async () => {
  const page = await openDemo(site);
  await set(page, { device: "webgpu" });
  const wrong = { hidden: ["abc", /^Hidden layers: "abc" is refused, it takes whole numbers.*It stays 300, 300\.$/] as const, test: ["0", /^Held out: 0 is not a finite number strictly between 0 and 1\. It stays 0\.3333333333333333\.$/] as const }; // biome-ignore format: a line
  for (const text of ["-5", "300,", "1.5"]) {
    await set(page, { hidden: text });
    expect(await page.textContent("#settings-error")).toMatch(/^Hidden layers: .* is refused/);
    expect(await page.inputValue("#set-hidden")).toBe("300, 300");
  }
  for (const [key, [text, message]] of Object.entries(wrong)) {
    const before = await page.inputValue(`#set-${key}`);
    await set(page, { [key]: text });
    expect(await page.textContent("#settings-error")).toMatch(message);
    expect(await page.inputValue(`#set-${key}`)).toBe(before);
  }
  await set(page, { test: 1 });
  expect(await page.textContent("#settings-error")).toMatch(/^Held out: 1 is not/);
  await set(page, { test: 0.25 });
  expect(await page.isVisible("#settings-error")).toBe(false);
  await set(page, { hidden: "1e8 x 20", test: 0.00001, batch: 4096 });
  expect(await page.inputValue("#set-hidden")).toBe("100000000, 20");
  expect(await page.textContent("#hint-test")).toMatch(/^Holds out 10 of 1,797 samples, 0\.56\s%: each class has at least one/);
  expect(await page.textContent("#hint-batch")).toBe("Above the 1,787 training samples: a step takes all of them");
  await page.click("#start");
  await page.waitForSelector("#train-error:not([hidden])");
  expect(await page.textContent("#train-error")).toMatch(
    /^memory: the network 64-100000000-20-10 .* takes .* \+ .*smaller epsilon, hidden layers or batch$/,
  );
  const unused = () => page.locator(".controls :disabled").evaluateAll((nodes) => nodes.map(({ id }) => id.replace("set-", "")));
  expect(await unused()).toEqual(["quantiles", "threshold"]);
  await set(page, { method: "dense" });
  expect(await unused()).toEqual(["epsilon", "zeta", "remove", "quantiles", "threshold"]);
  expect(await page.textContent("#hint-zeta")).toBe("Method dense makes no use of it");
  await set(page, { method: "linear" });
  expect(await unused()).toEqual(["hidden", "epsilon", "zeta", "remove", "quantiles", "norm", "skip", "threshold"]);
  await page.selectOption("#preset", "3");
  expect(await page.inputValue("#preset")).toBe("");
  expect(await page.inputValue("#set-method")).toBe("set");
  expect(await unused()).toEqual(["remove", "quantiles", "threshold"]);
  await page.close();
}, 60_000);

test("the made-up set and the digits can be chosen, and files dropped or opened by keyboard", async () => {
  const page = await openDemo(site);
  await page.selectOption("#data-builtin", "informative");
  await expect.poll(() => summary(page)).toMatch(/^informative: 120 samples of 5,000 features, 2 classes/);
  expect(await page.inputValue("#set-batch")).toBe("8");
  await page.selectOption("#data-builtin", "digits");
  await expect.poll(() => summary(page)).toMatch(/^digits: /);
  expect(await page.inputValue("#set-hidden")).toBe("300, 300");

  await page.evaluate((text) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([text], "dropped.csv"));
    document.getElementById("train")?.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  }, "a,b,kind\n1,2,x\n3,4,y\n5,6,x\n7,8,y\n");
  await looked(page);
  expect(await load(page)).toMatch(/^dropped: 4 samples of 2 features/);

  await page.focus("#data-builtin");
  await page.keyboard.press("Tab"); // to what the sets are
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("data-file");
  // the browser opens its chooser on the click that a key press makes
  await page.evaluate(() => {
    const input = document.activeElement as HTMLInputElement;
    input.addEventListener("click", () => {
      input.dataset.heard = "click";
    });
  });
  await page.keyboard.press("Enter");
  await expect.poll(() => page.getAttribute("#data-file", "data-heard")).toBe("click");
  expect(await page.locator("#data-file").evaluate((input) => (input as HTMLInputElement).multiple)).toBe(true);
  await page.close();
}, 60_000);
