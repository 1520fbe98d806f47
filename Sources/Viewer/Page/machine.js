import { element, scroller, section } from "./dom.js";
import { programFacts } from "./overview.js";

// What was compiled for what: facts, and the machine's figures that the report rests on, each with its
// certainty and its source.

export function machineSection(view) {
  const { figures, energyByMark, timeFigures } = view.report.basis;
  const times = new Set(timeFigures);
  const meanings = new Map(energyByMark.map(({ mark, meaning }) => [mark, meaning]));
  const rows = figures.map(({ path, value, mark, source }) => element("tr", {},
    element("th", { scope: "row" }, path), element("td", { class: "number" }, value),
    element("td", { title: meanings.get(mark) ?? "" }, mark), element("td", {}, source),
    element("td", {}, times.has(path) ? "time and energy" : "energy")));
  const marks = energyByMark.map(({ mark, meaning }) => `${mark}: ${meaning}`).join("; ");
  return section("machine", "Machine and program", programFacts(view),
    element("p", { class: "note" }, `Figures that this report rests on. ${marks}.`),
    scroller("Figures of the machine", element("table", {},
      element("thead", {}, element("tr", {}, ...["Figure", "Value", "Mark", "Source", "For"]
        .map((name) => element("th", { scope: "col" }, name)))),
      element("tbody", {}, ...rows))));
}
