import type { Page } from "playwright-core";
import { expect } from "vitest";

/** A file for the page to be given. */
export interface Upload {
  name: string;
  mimeType: string;
  buffer: Buffer;
}
/** A file of these contents. */
export const file = (name: string, content: string | Uint8Array): Upload => ({
  name,
  mimeType: "application/octet-stream",
  buffer: Buffer.from(content),
});

/** A value for feature f of sample s: never whole, so that no feature looks like a label. */
export const value = (s: number, f: number) => (Math.sin(1 + 7 * s + 3 * f) + (s % 2)).toFixed(3);
/** 0 to n - 1. */
export const range = (n: number) => Array.from({ length: n }, (_, i) => i);
/** The class of sample s. */
export const kindOf = (s: number) => (s % 2 === 0 ? "healthy" : "tumour");
/** A sample a row: an ID, features a to d, a patient for two samples each, and the class. */
export const rows = (samples: number, cell = value) =>
  `sample,a,b,c,d,patient,kind\n${range(samples)
    .map((s) => [`S${s}`, ...range(4).map((f) => cell(s, f)), `P${s >> 1}`, kindOf(s)].join(","))
    .join("\n")}\n`;

/** Gives the page these files as its data. */
export async function pick(page: Page, ...files: Upload[]): Promise<void> {
  await page.setInputFiles("#data-file", files);
}

/** Waits until what was picked or chosen last has been looked at and can be loaded. */
export async function looked(page: Page): Promise<void> {
  await page.waitForSelector("#data-load:not([disabled])");
}

/** Loads and returns what the page then says is in use. */
export async function load(page: Page): Promise<string> {
  await page.click("#data-load");
  await page.waitForSelector("#data-reading:not([open])", { state: "attached" });
  return summary(page);
}

/** What the page says is in use. */
export async function summary(page: Page): Promise<string> {
  return (await page.textContent("#data-summary")) ?? "";
}

/** Waits for what is wrong with the data, and returns it. */
export async function errorOf(page: Page): Promise<string> {
  await page.waitForSelector("#data-error:not([hidden])");
  expect(await page.getAttribute("#data-error", "role")).toBe("alert");
  return (await page.textContent("#data-error")) ?? "";
}

/** The texts of a choice. */
export async function options(page: Page, id: string): Promise<string[]> {
  return page.locator(`#${id} option`).allTextContents();
}
