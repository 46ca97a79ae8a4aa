import type { BuiltIn } from "../sources.js";
import { h } from "./dom.js";
import "./gallery.css";

/** What is said of data that come with the page. */
interface Card {
  readonly size: string;
  readonly about: string;
  readonly source: string;
  readonly href?: string;
  readonly licence: string;
}

const CARDS: Readonly<Record<BuiltIn, Card>> = {
  digits: {
    size: "1,797 samples x 64 features x 10 classes",
    about: "Handwritten digits, pictures of 8 x 8 pixels. They train in seconds, and the inputs can be looked at.",
    source: "E. Alpaydin and C. Kaynak, UCI: Optical Recognition of Handwritten Digits, test part",
    href: "https://doi.org/10.24432/C50P49",
    licence: "CC BY 4.0",
  },
  leukaemia: {
    size: "79 samples x 2,000 features x 2 classes",
    about:
      "Gene expression of patients with leukaemia of B cells: is the fusion BCR/ABL there, or no known change? Few samples, many genes.",
    source: "Chiaretti et al. 2004 and 2005, Bioconductor's package ALL: its 2,000 probe sets that vary most",
    href: "https://bioconductor.org/packages/ALL/",
    licence: "Artistic-2.0",
  },
  informative: {
    size: "120 samples x 5,000 features x 2 classes",
    about:
      "Made up and hard: noise, in which 20 of the features tell the class. They are known, so that a ranking can be checked.",
    source: "Made in this page, always the same numbers",
    licence: "MIT",
  },
};

/** A card for each set that comes with the page: what it is, where it is from, and a button that takes it. */
export function createCards(choose: (name: BuiltIn) => void): HTMLElement {
  const cards = Object.entries(CARDS).map(([name, { size, about, source, href, licence }]) =>
    h(
      "li",
      { id: `card-${name}` },
      h("strong", {}, name),
      h("span", {}, size),
      h("span", {}, about),
      h("span", { class: "soft" }, href ? h("a", { href }, source) : source, `. Licence: ${licence}.`),
      h("button", { onclick: () => choose(name as BuiltIn) }, `Take ${name}`),
    ),
  );
  return h("ul", { class: "gallery" }, ...cards);
}
