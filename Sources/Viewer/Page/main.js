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
let listening = new AbortController();

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
        const top = window.scrollY;
        shown = index;
        build();
        window.scrollTo(0, top);
        document.querySelector("header button[aria-pressed='true']").focus({ preventScroll: true });
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
    if (step === null) return history.replaceState(null, "", "#");
    const address = new URLSearchParams({ step: steps[step].name, number: step });
    history.replaceState(null, "", `#${address}`);
  });
  readAddress();
}

function readAddress() {
  const { steps } = payload.views[shown];
  const address = new URLSearchParams(location.hash.slice(1));
  const [name, number] = [address.get("step"), Number(address.get("number"))];
  // Several steps may have one name, and another program the step at another place.
  const step = steps[number]?.name === name ? number : steps.findIndex((one) => one.name === name);
  if (step >= 0) select(step);
}

function build() {
  listening.abort();
  listening = new AbortController();
  const { signal } = listening;
  resetSelection();
  const view = payload.views[shown];
  const listing = listingSection(view, signal);
  const sections = [
    overviewSection(view), scheduleSection(view, listing.show, signal), networkSection(view),
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
