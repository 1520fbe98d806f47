import { element } from "./dom.js";
import { energySection } from "./energy.js";
import { layersSection } from "./layers.js";
import { listingSection } from "./listing.js";
import { machineSection } from "./machine.js";
import { networkSection } from "./network.js";
import { overviewSection } from "./overview.js";
import { readPayload } from "./payload.js";
import { scheduleSection } from "./schedule.js";
import { onSelect, select } from "./selection.js";
import { storySection } from "./story.js";

// The page: its sections in order, and the address that says what is selected.

function header(view, sections) {
  const theme = element("button", {
    type: "button", title: "Light or dark", click: () => {
      const isDark = getComputedStyle(document.documentElement).colorScheme.trim() === "dark";
      document.documentElement.dataset.theme = isDark ? "light" : "dark";
      document.dispatchEvent(new Event("themechange"));
    },
  }, "\u25d0");
  return element("header", {},
    element("h1", {}, view.report.model, element("small", {}, ` on ${view.report.machine}`)),
    element("nav", { "aria-label": "Sections" }, ...sections.map((part) =>
      element("a", { href: `#${part.id}` }, part.querySelector("h2").firstChild.textContent)), theme));
}

/** Keeps the selected step in the address, so that a link leads to it. */
function followAddress(view) {
  const read = () => {
    const name = new URLSearchParams(location.hash.slice(1)).get("step");
    const step = view.steps.findIndex((one) => one.name === name);
    if (step >= 0) select(step);
  };
  onSelect(({ step }, before) => {
    if (step === before.step) return;
    const hash = step === null ? "#" : `#step=${encodeURIComponent(view.steps[step].name)}`;
    history.replaceState(null, "", hash);
  });
  window.addEventListener("hashchange", read);
  read();
}

const view = await readPayload();
const listing = listingSection(view);
const sections = [
  overviewSection(view), scheduleSection(view, listing.show), networkSection(view),
  layersSection(view), storySection(view, listing.show), energySection(view), listing.node,
  machineSection(view),
];
document.getElementById("loading").replaceWith(header(view, sections),
  element("main", {}, ...sections));
followAddress(view);
document.documentElement.dataset.ready = "true";
// When what it shows is on the screen.
requestAnimationFrame(() => setTimeout(() => performance.mark("shown")));
