import { colourOf, element, scroller, section } from "./dom.js";
import { bytes, decibels, energy, percent, shape, time, whole } from "./units.js";
import { onSelect, select } from "./selection.js";
import { sortable } from "./table.js";

// The table of steps: sorted by any column, filtered by words.

/** What the columns say of a step. */
const columnsOf = (view) => [
  { name: "Step", note: "the model's node", value: (step) => step.name, isText: true },
  { name: "Kind", note: "conv or fc on VDUs, else the operator", value: (step) => step.estimate.kind, isText: true },
  { name: "Stays", note: "what stays on the rings", value: (step) => step.estimate.dataflow ?? "", isText: true },
  { name: "Shape", note: "of the output", value: (step) => outputShape(step, view), isText: true },
  { name: "Latency", note: "from the start of its first instruction to the end of its last",
    value: ({ estimate }) => estimate.endPicoseconds - estimate.startPicoseconds, words: time },
  { name: "Energy", note: "of its instructions", value: ({ estimate }) => estimate.energyFemtojoules, words: energy },
  { name: "Utilization", note: "busy time of its kind of VDU over its latency",
    value: (step) => utilization(step, view), words: percent },
  { name: "Weights left", note: "weights that are not zero",
    value: ({ estimate }) => (estimate.weights ? estimate.survivors / estimate.weights : null), words: percent },
  { name: "Values", note: "different weights that are not zero",
    value: ({ layer }) => layer?.codebook.length ?? null, words: whole },
  { name: "Clustering", note: "energy of weights over that of what clustering changed in them",
    value: ({ layer }) => layer?.clustering?.signalToNoiseDecibels ?? null, words: decibels },
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
  const table = sortable(columnsOf(view), view.steps,
    (_, index) => ({ "data-step": index, click: () => select(index) }),
    (cells, index) => cells[0].prepend(
      element("i", { class: "dot", style: `background:${colourOf(index)}` })));
  table.classList.add("layers");
  const said = element("output", {});
  const filter = element("input", {
    type: "search", placeholder: "Filter by words", "aria-label": "Filter steps by words",
    input: () => show(filter.value),
  });

  function show(text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    table.lines.forEach((row, index) => {
      const { estimate, name } = view.steps[index];
      const subject = [name, estimate.kind, estimate.dataflow, estimate.bound, ...estimate.origins]
        .join(" ").toLowerCase();
      row.hidden = !words.every((word) => subject.includes(word));
      if (!row.hidden) shown += 1;
    });
    const all = table.lines.length;
    said.value = words.length ? `${shown} of ${all} steps` : `${all} steps`;
  }

  show("");
  onSelect(({ step }, before) => {
    table.lines[before.step]?.classList.remove("chosen");
    table.lines[before.step]?.removeAttribute("aria-current");
    table.lines[step]?.classList.add("chosen");
    table.lines[step]?.setAttribute("aria-current", "true");
  });
  return section("layers", "Layers", element("div", { class: "controls" }, filter, said),
    scroller("Table of layers", table));
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
