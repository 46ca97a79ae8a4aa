import { byId, h } from "./dom.js";
import { sawTour } from "./tour-seen.js";
import "./steps.css";

const IDEAS = [
  ["Start sparse", "Only a few of the possible connections between neurons exist. The others take no memory and no time."],
  ["Prune and regrow", "After every pass over the data the weakest connections are cut, and as many grow elsewhere at random."],
  ["Remove neurons", "Neurons that hardly matter leave for good. What is left is small, and often as accurate."],
] as const;

/** The way through the page, and at its end what sparse training is. */
export function createSteps(): void {
  const links = [...document.querySelectorAll<HTMLAnchorElement>(".skip, nav a")];
  for (const link of links) {
    link.onclick = (event) => {
      event.preventDefault(); // a link to a run stays in the address
      const section = byId(link.hash.slice(1));
      section.scrollIntoView();
      section.focus({ preventScroll: true });
    };
  }
  const seen = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        const link = links.findLast(({ hash }) => hash === `#${target.id}`); // the skip link is none of the steps
        if (isIntersecting) link?.setAttribute("aria-current", "step");
        else link?.removeAttribute("aria-current");
      }
    },
    { rootMargin: "-40% 0px -59% 0px" }, // what is at two fifths of the screen
  );
  for (const { hash } of links) seen.observe(byId(hash.slice(1)));
  byId("data").append(createTour());
  byId("words").append(
    h("h2", {}, "What sparse training is"),
    h(
      "ol",
      { class: "ideas" },
      ...IDEAS.map(([title, text]) => h("li", {}, h("strong", {}, title), h("span", { class: "soft" }, text))),
    ),
  );
}

/** Starts the tour, which is loaded then; marked until it was taken once. */
function createTour(): HTMLElement {
  const start = async () => {
    const { startTour } = await import("./tour.js");
    startTour(tour);
    delete tour.dataset.unseen;
  };
  const tour = h("button", { id: "tour", onclick: () => void start() }, "Tour");
  void sawTour().then((seen) => {
    if (!seen) tour.dataset.unseen = "true";
  });
  return tour;
}
