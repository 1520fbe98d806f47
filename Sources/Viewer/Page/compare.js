import { element, figure, scroller, section } from "./dom.js";
import { energy, engineering, percent, time, whole } from "./units.js";
import { sortable } from "./table.js";
import { select } from "./selection.js";

// Two programs side by side: what changes from the first to the second, in all and by step.

/** The section; `shown()` says which program the rest of the page shows, 0 or 1. */
export function compareSection(payload, shown) {
  const { labels, totals, steps } = payload.comparison;
  const head = (names) => element("thead", {}, element("tr", {}, ...names.map(([name, isNumber]) =>
    element("th", { scope: "col", class: isNumber ? "number" : "" }, name))));
  const words = (total, value) => (total.unit ? engineering(value, total.unit) : whole(value));
  const summary = element("table", { class: "totals" },
    head([["", false], ["First", true], ["Second", true], ["Change", true]]),
    element("tbody", {}, ...totals.map((total) => element("tr", {},
      element("th", { scope: "row" }, total.name),
      element("td", { class: "number" }, figure(total.first, words(total, total.first))),
      element("td", { class: "number" }, figure(total.second, words(total, total.second))),
      changeCell(total.first, total.second)))));
  const table = sortable(columns, steps, (step, index) => ({
    "data-name": step.name, click: () => {
      const place = placeOf(steps, index, payload.views[shown()].steps, shown());
      if (place >= 0) select(place);
    },
  }));
  return section("comparison", "Comparison",
    element("p", {}, element("b", {}, "First: "), labels[0], element("br"),
      element("b", {}, "Second: "), labels[1]),
    scroller("Comparison in all", summary), element("h3", {}, "By step"),
    scroller("Comparison by step", table));
}

/** Where a row's step stands in the first program or the second: of steps of one name, the same one. */
function placeOf(rows, index, steps, which) {
  const side = which ? "second" : "first";
  const { name } = rows[index];
  if (!rows[index][side]) return -1;
  const before = rows.slice(0, index).filter((row) => row.name === name && row[side]).length;
  return steps.map((step, place) => place).filter((place) => steps[place].name === name)[before] ?? -1;
}

const took = (step) => (step ? step.endPicoseconds - step.startPicoseconds : null);
const spent = (step) => step?.energyFemtojoules ?? null;
const left = (step) => (step?.weights ? step.survivors / step.weights : null);
const ratio = (before, after) =>
  (before === null || after === null || before === 0 ? null : after / before - 1);
const signed = (share) => (share > 9 || share < -0.9 ? `${(share + 1).toPrecision(3)}x`
  : `${share > 0 ? "+" : ""}${(100 * share).toFixed(1)} %`);

const columns = [
  { name: "Step", value: ({ name }) => name, isText: true },
  { name: "Kind", value: ({ first, second }) => joined(first?.kind, second?.kind), isText: true },
  { name: "First took", value: ({ first }) => took(first), words: time },
  { name: "Second took", value: ({ second }) => took(second), words: time },
  { name: "Change", value: ({ first, second }) => ratio(took(first), took(second)), words: signed },
  { name: "First energy", value: ({ first }) => spent(first), words: energy },
  { name: "Second energy", value: ({ second }) => spent(second), words: energy },
  { name: "Change", value: ({ first, second }) => ratio(spent(first), spent(second)), words: signed },
  { name: "First left", value: ({ first }) => left(first), words: percent },
  { name: "Second left", value: ({ second }) => left(second), words: percent },
  { name: "Bound by", value: ({ first, second }) => joined(first?.bound, second?.bound), isText: true },
];

const joined = (...words) => [...new Set(words.filter(Boolean))].join(" \u2192 ");

function changeCell(before, after) {
  const share = ratio(before, after);
  const words = before === after ? "same" : share === null ? "new" : signed(share);
  return element("td", { class: "number" }, words);
}
