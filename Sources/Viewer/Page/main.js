import { compareSection } from "./compare.js";
import { element } from "./dom.js";
import { energySection } from "./energy.js";
import { layersSection } from "./layers.js";
import { listingSection } from "./listing.js";
import { machineSection } from "./machine.js";
import { networkSection } from "./network.js";
import { overviewSection } from "./overview.js";
import { readPayload } from "./payload.js";
import { scheduleSection } from "./schedule.js";
import { onSelect, resetSelection, select } from "./selection.js";
import { storySection } from "./story.js";

// The page: its sections in order, and the address that says what is selected. Of two programs, one is
// shown at a time, below what changes between them.

const payload = await readPayload();
let shown = 0;

function header(sections) {
  const theme = element("button", {
    type: "button", title: "Light or dark", click: () => {
      const isDark = getComputedStyle(document.documentElement).colorScheme.trim() === "dark";
      document.documentElement.dataset.theme = isDark ? "light" : "dark";
      document.dispatchEvent(new Event("themechange"));
    },
  }, "\u25d0");
  const { model, machine } = payload.views[shown].report;
  const programs = payload.views.length < 2 ? [] : ["First", "Second"].map((name, index) =>
    element("button", {
      type: "button", "aria-pressed": String(index === shown), click: () => {
        shown = index;
        build();
      },
    }, name));
  return element("header", {},
    element("h1", {}, model, element("small", {}, ` on ${machine}`)), ...programs,
    element("nav", { "aria-label": "Sections" }, ...sections.map((part) =>
      element("a", { href: `#${part.id}` }, part.querySelector("h2").firstChild.textContent)), theme));
}

/** Keeps the selected step in the address, so that a link leads to it. */
function followAddress() {
  const { steps } = payload.views[shown];
  onSelect(({ step }, before) => {
    if (step === before.step) return;
    const hash = step === null ? "#" : `#step=${encodeURIComponent(steps[step].name)}`;
    history.replaceState(null, "", hash);
  });
  readAddress();
}

function readAddress() {
  const name = new URLSearchParams(location.hash.slice(1)).get("step");
  const step = payload.views[shown].steps.findIndex((one) => one.name === name);
  if (step >= 0) select(step);
}

function build() {
  resetSelection();
  const view = payload.views[shown];
  const listing = listingSection(view);
  const sections = [
    overviewSection(view), scheduleSection(view, listing.show), networkSection(view),
    layersSection(view), storySection(view, listing.show), energySection(view), listing.node,
    machineSection(view),
  ];
  if (payload.comparison) sections.unshift(compareSection(payload, () => shown));
  document.body.replaceChildren(header(sections), element("main", {}, ...sections));
  followAddress();
}

build();
window.addEventListener("hashchange", readAddress);
document.documentElement.dataset.ready = "true";
// When what it shows is on the screen.
requestAnimationFrame(() => setTimeout(() => performance.mark("shown")));
