import { colourOf, drawn, element, section } from "./dom.js";
import { dagre } from "./dagre.js";
import { percent, shape } from "./units.js";
import { onSelect, select } from "./selection.js";

// The network as a graph of its steps, laid out by dagre from left to right.

const [nodeWidth, nodeHeight] = [168, 62];

export function networkSection(view) {
  const { nodes, edges } = graphOf(view);
  dagre.layout(nodes, edges, { rankdir: "LR", nodesep: 16, ranksep: 34 }, {});
  const right = Math.max(...nodes.map(({ x }) => x + nodeWidth / 2)) + 8;
  const bottom = Math.max(...nodes.map(({ y }) => y + nodeHeight / 2)) + 8;
  const boxes = new Map();
  const arrows = edges.map((edge) => drawn("path", {
    d: edge.points.map(({ x, y }, index) =>
      `${index ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join(""),
    class: "edge", "marker-end": "url(#arrow)",
  }, drawn("title", {}, edge.words)));
  const drawnNodes = nodes.map((node) => {
    const box = boxOf(view, node);
    if (node.step !== null) boxes.set(node.step, box);
    return box;
  });
  const picture = drawn("svg", {
    width: right, height: bottom, viewBox: `0 0 ${right} ${bottom}`, role: "group",
    "aria-label": "The network's steps and what flows between them",
  }, drawn("defs", {}, drawn("marker", {
    id: "arrow", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7,
    orient: "auto",
  }, drawn("path", { d: "M0 0L8 4L0 8z", class: "tip" }))), ...arrows, ...drawnNodes);
  const frame = element("div", { class: "graph", tabindex: 0, role: "region", "aria-label": "Graph" }, picture);
  onSelect(({ step }, before) => {
    boxes.get(before.step)?.classList.remove("chosen");
    const box = boxes.get(step);
    if (!box) return;
    box.classList.add("chosen");
    const { x, y } = nodes.find((node) => node.step === step);
    frame.scrollTo({ left: x - frame.clientWidth / 2, top: y - frame.clientHeight / 2 });
  });
  return section("network", "Network", frame);
}

/** A node for each step, input and output; an edge for each buffer that one writes and another reads. */
function graphOf(view) {
  const nodes = [];
  const edges = new Map();
  const writers = new Map();
  const add = (node) => nodes.push({ ...node, width: nodeWidth, height: nodeHeight }) - 1;
  const connect = (buffer, reader) => {
    const writer = writers.get(buffer);
    if (writer === undefined) return;
    const key = `${writer} ${reader}`;
    const words = `${view.buffers[buffer].name}: ${shape(view.buffers[buffer].shape)}`;
    if (edges.has(key)) edges.get(key).words += `, ${words}`;
    else edges.set(key, { v: String(writer), w: String(reader), words });
  };
  for (const buffer of view.inspection.program.inputs) {
    writers.set(buffer, add({ v: String(nodes.length), step: null, buffer, title: "input" }));
  }
  view.steps.forEach((step, index) => {
    const node = add({ v: String(nodes.length), step: index });
    for (const buffer of step.inputs) connect(buffer, node);
    for (const buffer of step.outputs) if (buffer !== null) writers.set(buffer, node);
  });
  for (const buffer of view.inspection.program.outputs) {
    connect(buffer, add({ v: String(nodes.length), step: null, buffer, title: "output" }));
  }
  return { nodes, edges: [...edges.values()] };
}

function boxOf(view, node) {
  const [left, top] = [node.x - nodeWidth / 2, node.y - nodeHeight / 2];
  const step = node.step === null ? null : view.steps[node.step];
  const lines = step ? linesOf(view, step)
    : [view.buffers[node.buffer].name, node.title, shape(view.buffers[node.buffer].shape)];
  const attributes = step ? {
    class: "node step", tabindex: 0, role: "button", "data-step": node.step,
    "aria-label": lines.join(", "), click: () => select(node.step),
    keydown: (press) => {
      if (press.key !== "Enter" && press.key !== " ") return;
      press.preventDefault();
      select(node.step);
    },
  } : { class: "node" };
  const survivors = step?.layer && step.estimate.weights
    ? step.estimate.survivors / step.estimate.weights : null;
  return drawn("g", { ...attributes, transform: `translate(${left.toFixed(1)} ${top.toFixed(1)})` },
    drawn("title", {}, lines.join("\n")),
    drawn("rect", { width: nodeWidth, height: nodeHeight, rx: 5 }),
    step ? drawn("rect", { width: 5, height: nodeHeight, rx: 2, fill: colourOf(node.step) }) : null,
    ...lines.map((line, index) => drawn("text", {
      x: 13, y: 17 + 15 * index, class: index ? "small" : "name",
    }, cut(line, index ? 27 : 21))),
    survivors === null ? null
      : drawn("rect", { class: "rail", x: 13, y: nodeHeight - 8, width: nodeWidth - 26, height: 3 }),
    survivors === null ? null : drawn("rect", {
      x: 13, y: nodeHeight - 8, width: Math.max((nodeWidth - 26) * survivors, 1), height: 3,
      fill: colourOf(node.step),
    }));
}

function linesOf(view, step) {
  const output = step.outputs.find((buffer) => buffer !== null);
  const sizes = output === undefined ? "" : shape(view.buffers[output].shape);
  const { kind, weights, survivors, dataflow } = step.estimate;
  const left = weights ? `${percent(survivors / weights)} left, ` : "";
  return [step.name, `${kind}${dataflow ? `, ${dataflow}s stay` : ""} \u2192 ${sizes}`,
    ...(step.layer ? [`${left}${step.layer.codebook.length} values`] : [])];
}

const cut = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}\u2026` : text);
