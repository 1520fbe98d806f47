import { colourOf, element, figure, section } from "./dom.js";
import { bytes, energy, percent, shape, time, whole } from "./units.js";
import { onSelect, select, selection } from "./selection.js";

// The table of steps: sorted by any column, filtered by words.

/** A column: its heading, what it says, the value of a step (null for none), how that is spelled. */
const columns = [
  { name: "Step", note: "the model's node", value: (step) => step.name, isText: true },
  { name: "Kind", note: "conv or fc on VDUs, else the operator", value: (step) => step.estimate.kind, isText: true },
  { name: "Stays", note: "what stays on the rings", value: (step) => step.estimate.dataflow ?? "", isText: true },
  { name: "Shape", note: "of the output", value: (step, view) => outputShape(step, view), isText: true },
  { name: "Latency", note: "from the start of its first instruction to the end of its last",
    value: ({ estimate }) => estimate.endPicoseconds - estimate.startPicoseconds, words: time },
  { name: "Energy", note: "of its instructions", value: ({ estimate }) => estimate.energyFemtojoules, words: energy },
  { name: "Utilization", note: "busy time of its kind of VDU over its latency",
    value: (step, view) => utilization(step, view), words: percent },
  { name: "Weights left", note: "weights that are not zero",
    value: ({ estimate }) => (estimate.weights ? estimate.survivors / estimate.weights : null), words: percent },
  { name: "Values", note: "different weights that are not zero",
    value: ({ layer }) => layer?.codebook.length ?? null, words: whole },
  { name: "Lit", note: "products whose activation is not zero",
    value: ({ estimate }) => (estimate.products ? estimate.lit / estimate.products : null), words: percent },
  { name: "Vectors", note: "streamed past rings", value: ({ estimate }) => estimate.vectors || null, words: whole },
  { name: "Imprints", note: "vectors held on rings", value: ({ estimate }) => estimate.imprints || null, words: whole },
  { name: "Parameters", note: "bytes of weights and kernels",
    value: ({ layer }) => layer?.parameterBytes ?? null, words: bytes },
  { name: "Traffic", note: "bytes to and from main memory",
    value: ({ estimate }) => estimate.trafficBytes || null, words: bytes },
  { name: "Bound by", note: "what it waited for most", value: ({ estimate }) => estimate.bound, isText: true },
];

export function layersSection(view) {
  const table = layersTable(view);
  const filter = element("input", {
    type: "search", placeholder: "Filter by words", "aria-label": "Filter steps by words",
    input: () => table.filter(filter.value),
  });
  return section("layers", "Layers", element("div", { class: "controls" }, filter, table.said),
    element("div", { class: "wide", tabindex: 0 }, table.node));
}

function layersTable(view) {
  const said = element("output", {});
  const rows = view.steps.map((step, index) => {
    const cells = columns.map((column) => cell(column, step, view));
    cells[0].prepend(element("i", { class: "dot", style: `background:${colourOf(index)}` }));
    const row = element("tr", {
      tabindex: 0, "data-step": index, click: () => select(index),
      keydown: (press) => {
        if (press.key === "Enter") select(index);
        const next = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[press.key];
        if (!next) return;
        press.preventDefault();
        row[next]?.focus();
      },
    }, ...cells);
    return row;
  });
  const body = element("tbody", {}, ...rows);
  let sorted = null;
  const heads = columns.map((column) => {
    const head = element("th", { scope: "col", title: column.note, class: column.isText ? "" : "number" },
      element("button", { type: "button", click: () => sortBy(column, head) }, column.name));
    return head;
  });

  function sortBy(column, head) {
    const isDown = sorted === column ? head.getAttribute("aria-sort") !== "descending" : !column.isText;
    for (const other of heads) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", isDown ? "descending" : "ascending");
    sorted = column;
    const values = view.steps.map((step) => column.value(step, view));
    const order = [...rows.keys()].sort((a, b) => {
      if (values[a] === values[b]) return a - b;
      if (values[a] === null || values[b] === null) return values[a] === null ? 1 : -1;
      const isLess = column.isText
        ? values[a].localeCompare(values[b], "en", { numeric: true }) < 0 : values[a] < values[b];
      return isLess === isDown ? 1 : -1;
    });
    body.append(...order.map((index) => rows[index]));
  }

  function filter(text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, index) => {
      const { estimate, name } = view.steps[index];
      const subject = [name, estimate.kind, estimate.dataflow, estimate.bound, ...estimate.origins]
        .join(" ").toLowerCase();
      row.hidden = !words.every((word) => subject.includes(word));
      if (!row.hidden) shown += 1;
    });
    said.value = words.length ? `${shown} of ${rows.length} steps` : `${rows.length} steps`;
  }

  filter("");
  onSelect(({ step }, before) => {
    rows[before.step]?.classList.remove("chosen");
    rows[step]?.classList.add("chosen");
    rows[before.step]?.removeAttribute("aria-current");
    rows[step]?.setAttribute("aria-current", "true");
  });
  if (selection.step !== null) rows[selection.step]?.classList.add("chosen");
  return { node: element("table", { class: "layers" }, element("thead", {}, element("tr", {}, ...heads)), body), filter, said };
}

function cell(column, step, view) {
  const value = column.value(step, view);
  if (value === null) return element("td", {});
  return column.isText ? element("td", {}, value)
    : element("td", { class: "number" }, figure(value, column.words(value)));
}

function outputShape(step, view) {
  const output = step.outputs.find((buffer) => buffer !== null);
  return output === undefined ? "" : shape(view.buffers[output].shape);
}

/** The mean share of a layer's latency that VDUs of its kind are busy with it. */
function utilization({ estimate, layer }, view) {
  const latency = estimate.endPicoseconds - estimate.startPicoseconds;
  if (!layer || !latency) return null;
  const { units } = view.inspection.machine[estimate.kind];
  return estimate.vduPicoseconds / latency / units;
}
