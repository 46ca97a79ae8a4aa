import { h } from "./dom.js";
import "./glossary.css";

/** Words of the page that need a word, and what they mean. */
const GLOSSARY = {
  SET: "Sparse evolutionary training (Mocanu et al. 2018): after every epoch the weakest connections are pruned, and as many grow elsewhere at random.",
  NPSET:
    "SET that also removes hidden neurons (Liu et al. 2019): those with the weakest connections leave for good, so that the network becomes narrower.",
  epsilon: "How many connections there are: a layer from n to m neurons begins with about epsilon times (n + m) of them.",
  zeta: "How much of a layer an evolution replaces: 0.3 prunes the weakest 30 % of the connections, and as many regrow.",
  density: "The share of all possible connections that exist. A dense network has 100 %.",
  epoch: "One pass over all samples that are trained on.",
} as const;

/** The words, each with its meaning while it is pointed at or has the focus. */
export function createGlossary(): HTMLElement {
  const words = Object.entries(GLOSSARY).map(([word, meaning]) => {
    const tip = h("span", { role: "tooltip", id: `word-${word}` }, meaning);
    return h("span", { class: "word", tabIndex: 0, "aria-describedby": tip.id }, word, tip);
  });
  return h("p", { id: "glossary", class: "row hint", role: "group", "aria-label": "Words" }, "What is", ...words);
}
