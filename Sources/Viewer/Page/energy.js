import { chart, element, figure, scroller, section } from "./dom.js";
import { energy, percent } from "./units.js";

// Where the energy goes: by component, with the machine's figures that it is computed from, and by step;
// and how far the machine's limits are.

export function energySection(view) {
  const { report } = view;
  const total = Math.max(report.energyFemtojoules, 1);
  const marks = new Map(report.basis.figures.map((figure) => [figure.path, figure]));
  const words = (path) => {
    const found = marks.get(path);
    return `${path.replace(/^devices\./, "")}${found ? ` ${found.value} (${found.mark})` : " (O)"}`;
  };
  const most = Math.max(...report.components.map((component) => component.energyFemtojoules), 1);
  const rows = report.components.toSorted((a, b) => b.energyFemtojoules - a.energyFemtojoules).map(
    (component) => element("tr", { "data-component": component.name },
      element("th", { scope: "row" }, component.name),
      element("td", { class: "number" },
        figure(component.energyFemtojoules / report.samples, energy(component.energyFemtojoules / report.samples))),
      element("td", { class: "number" }, percent(component.energyFemtojoules / total)),
      element("td", { class: "bar", "aria-hidden": "true" },
        element("i", { style: `width:${(100 * component.energyFemtojoules / most).toFixed(2)}%` })),
      element("td", { class: "small" }, component.figures.map(words).join(", "))));
  return section("energy", "Energy and roofline",
    scroller("Energy by component", element("table", { class: "components" },
      element("thead", {}, element("tr", {}, ...["Component", "A sample", "Share", "", "Computed from"]
        .map((name, index) => element("th", { scope: "col", class: index === 1 || index === 2 ? "number" : "" }, name)))),
      element("tbody", {}, ...rows))),
    element("div", { class: "figures" },
      chart(view.charts["energy-by-step"], "Energy by step and component"),
      chart(view.charts.roofline, "Roofline")));
}
