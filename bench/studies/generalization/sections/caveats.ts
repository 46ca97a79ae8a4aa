import type { SuiteConfig } from "../../../../src/experiment/plan/config.js";
import { heading, list, type ReportPart } from "../../../../src/experiment/report/parts.js";

const NOT_MATCHED = [
  "The paper is Liu, Mocanu and Pechenizkiy 2019, arXiv 1906.11626; its hyper-parameters are not public here. Widths, epsilon, epochs, optimiser, and the schedule and score of neuron removal are choices of this suite; what fails here fails for these choices.",
  "Its splits and its figures' numbers are not at hand, so no number of it is repeated or compared.",
  "One choice from a small grid of learning rates and decays; other optimisers, activations, dropout and early stopping were not tried.",
  "Preprocessing was not tuned: every feature is standardised by the training part, for every method alike. Other data may call for other ways, such as texts for their raw counts.",
  "Five datasets that this literature uses most (lung, Carcinom, CLL_SUB_111, GLI_85, SMK_CAN_187) are not among these.",
  "Networks and training are sized for two cores; wider networks and longer training may rank otherwise (see the study at 1000-1000-1000 and which curves have flattened).",
];

const CAVEATS: readonly { readonly datasets: readonly string[]; readonly text: string }[] = [
  {
    datasets: ["COIL20"],
    text: "COIL20 photographs each object every 5 degrees. A random split puts neighbours of most test views into the training part, so its accuracies say how well a method interpolates between almost equal pictures.",
  },
  {
    datasets: ["leukemia", "ALLAML"],
    text: "leukemia and ALLAML are the same 72 patients in the same order, once discretised and once not. They are two views of one dataset and count as one.",
  },
  {
    datasets: ["ORL", "orlraws10P"],
    text: "orlraws10P shows ten of the people of ORL at a higher resolution. The two count as one.",
  },
  {
    datasets: ["madelon"],
    text: "480 of madelon's 500 features are noise; fully connected networks score little above chance on it, so that methods may differ there by how they happen to be wrong.",
  },
  { datasets: ["lymphoma"], text: "Two classes of lymphoma have 2 samples; a split trains on one and tests on one." },
  {
    datasets: ["PCMAC"],
    text: "PCMAC is counts of words, which standardising does not suit: on raw counts set reached a validation accuracy of 0.86 to 0.89 by learning rate, standardised 0.77 (docs/accuracy.md of coppice, one split). Methods may rank otherwise there.",
  },
  {
    datasets: ["USPS", "mnist", "fashion-mnist"],
    text: "USPS, mnist and fashion-mnist have one fixed split each: their intervals are about seeds and test samples, not about other training samples. mnist is a drawn subset of 5,000 and 1,000 samples, fashion-mnist the published one of 2,000 and 1,000.",
  },
];

/** What could not be matched to the paper, and what is peculiar to the data. */
export function caveatsSection({ datasets }: SuiteConfig): ReportPart[] {
  const names = datasets.map((dataset) => dataset.name);
  return [
    heading("What could not be matched to the paper"),
    ...list(NOT_MATCHED),
    heading("Caveats of the data"),
    ...list([
      ...CAVEATS.filter((caveat) => caveat.datasets.some((name) => names.includes(name))).map((caveat) => caveat.text),
      "Random splits of one dataset overlap; the corrected variance allows for it, but it is an approximation.",
      "The signed-rank test takes the datasets for a sample of independent tasks. They are a collection at hand, not a sample of anything.",
    ]),
  ];
}
