/** Where Plot makes its elements: the page's own document, and in Node one of linkedom, which a page does not load. */
export const plotDocument: Document =
  typeof document === "undefined" ? (await import("linkedom")).parseHTML("<html></html>").document : document;
