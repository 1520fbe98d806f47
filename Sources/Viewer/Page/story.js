import { chart, colourOf, element, facts, figure, section } from "./dom.js";
import { bytes, count, decibels, energy, percent, real, shape, time, whole } from "./units.js";
import { onSelect } from "./selection.js";
import { survivorsOf } from "./payload.js";
import { cutIntoVectors } from "./unfold.js";

// All about the selected step: from the model's nodes over instructions to weights and their codebook.

export function storySection(view, showInstruction) {
  const body = element("div", { id: "story-body" });
  const title = element("span", {});
  const show = (step) => {
    title.textContent = step === null ? "" : `: ${view.steps[step].name}`;
    body.replaceChildren(...(step === null
      ? [element("p", { class: "note" }, "Choose a layer in the network, the table or the schedule.")]
      : story(view, step, showInstruction)));
  };
  show(null);
  onSelect(({ step }, before) => { if (step !== before.step) show(step); });
  const made = section("layer", "Layer", body);
  made.querySelector("h2").append(title);
  return made;
}

function story(view, index, showInstruction) {
  const step = view.steps[index];
  const { estimate } = step;
  const link = (number) => element("button", {
    type: "button", class: "link", click: () => showInstruction(number),
  }, `i${number}`);
  const last = step.firstInstruction + step.instructionCount - 1;
  const buffers = (list) => list.map((buffer) => (buffer === null ? "none"
    : `${view.buffers[buffer].name} ${shape(view.buffers[buffer].shape)}`
      + `${view.buffers[buffer].sramAddress === undefined ? " in main memory" : ""}`)).join("; ");
  const rows = [
    ["Kind", `${estimate.kind}${estimate.dataflow ? `, ${estimate.dataflow}s stay on the rings` : ""}`],
    ["Model nodes", estimate.origins.join(", ") || "none"],
    ["Instructions", link(step.firstInstruction), " to ", link(last),
      ` (${whole(step.instructionCount)})`],
    ["Reads", buffers(step.inputs)], ["Writes", buffers(step.outputs)],
    step.attributes.length ? ["Attributes", step.attributes.join("; ")] : null,
    ["Time", figure(estimate.endPicoseconds - estimate.startPicoseconds,
      time(estimate.endPicoseconds - estimate.startPicoseconds)),
    ` from ${time(estimate.startPicoseconds)}; busy: DMA ${time(estimate.dmaPicoseconds)}, `
      + `ECU ${time(estimate.ecuPicoseconds)}, VDUs ${time(estimate.vduPicoseconds)} in sum`],
    ["Energy", figure(estimate.energyFemtojoules, energy(estimate.energyFemtojoules)),
      `: ${largestComponents(view, estimate)}`],
    ...(step.layer ? layerRows(view, step) : []),
  ];
  return [facts(rows), ...(step.layer ? weightFigures(view, index) : [])].filter(Boolean);
}

function largestComponents(view, { componentFemtojoules, energyFemtojoules }) {
  return componentFemtojoules.map((part, index) => [part, view.report.components[index].name])
    .filter(([part]) => part > 0).sort(([a], [b]) => b - a).slice(0, 5)
    .map(([part, name]) => `${name} ${percent(part / energyFemtojoules)}`).join(", ");
}

function layerRows(view, { layer, estimate }) {
  const { geometry: g } = layer;
  const { units } = view.inspection.machine[estimate.kind];
  const used = layer.busyPicoseconds.filter((busy) => busy > 0).length;
  return [
    ["Geometry", `${whole(g.groups * g.kernels)} kernels of ${g.channels}x${g.kernelHeight}x${g.kernelWidth} at `
      + `${whole(g.images * g.outHeight * g.outWidth)} positions, ${count(g.groups, "group")}, stride `
      + `${g.strideY}x${g.strideX}`],
    ["Weights", layer.weightsFrom ? `those that ${layer.weightsFrom} holds at run time`
      : `${whole(estimate.survivors)} of ${whole(estimate.weights)} left `
        + `(${percent(estimate.survivors / estimate.weights)}), ${bytes(layer.parameterBytes)} with parameters`],
    layer.weightsFrom ? null : ["Clustering", layer.clustering
      ? `to ${layer.codebook.length} values, ${decibels(layer.clustering.signalToNoiseDecibels)} of signal to noise`
      : "none: weights have the values that they had"],
    ["Tiles", `${count(layer.tiles.length, "tile")} in ${count(layer.waves, "wave")} on ${used} of `
      + `${count(units, "unit")}`],
    ["Streams", `${whole(estimate.vectors)} vectors past ${whole(estimate.imprints)} imprints, `
      + `${whole(estimate.products)} products, ${whole(estimate.lit)} lit`],
    ["Range", `${real(layer.lower)} to ${real(layer.upper)}`],
  ];
}

/** Codebook, map of where weights are, and kernels one by one. */
function weightFigures(view, index) {
  const { layer, estimate } = view.steps[index];
  const weights = view.weights[index];
  if (!weights) return [];
  const map = element("canvas", {
    class: "map", width: weights.columns, height: weights.rows, role: "img",
    "aria-label": `Where the ${whole(estimate.survivors)} weights that are left lie`,
  });
  drawMap(map, weights, index);
  return [
    element("div", { class: "figures" },
      element("figure", {}, element("figcaption", {}, "Codebook: weights at gain 1, and how many take them"),
        codebook(layer, index)),
      element("figure", {}, element("figcaption", {}, `Weights left, by kernel (down) and element of its `
        + `patch (across)`), map)),
    kernelViewer(view, index),
  ];
}

function codebook({ codebook: values }, index) {
  const most = Math.max(...values.map(({ uses }) => uses), 1);
  return element("table", { class: "codebook" }, element("tbody", {}, ...values.map(({ code, value, uses }) =>
    element("tr", {}, element("th", { scope: "row", title: `code ${code}` }, value.toPrecision(4)),
      element("td", { class: "number" }, whole(uses)),
      element("td", { class: "bar", "aria-hidden": "true" }, element("i", {
        style: `width:${(100 * uses / most).toFixed(2)}%;background:${colourOf(index)}`,
      }))))));
}

function drawMap(canvas, { rows, columns, density }, index) {
  const context = canvas.getContext("2d");
  for (let cell = 0; cell < rows * columns; cell++) {
    const level = parseInt(density[cell], 16);
    if (!level) continue;
    context.globalAlpha = 0.15 + (0.85 * level) / 15;
    context.fillStyle = colourOf(index);
    context.fillRect(cell % columns, Math.floor(cell / columns), 1, 1);
  }
  canvas.style.aspectRatio = `${columns} / ${rows}`;
}

/** The vectors of a kernel, weight by weight, where the page has them. */
function kernelViewer(view, index) {
  const { layer, estimate } = view.steps[index];
  const { kernels } = view.weights[index];
  const all = layer.survivors.length;
  const list = element("div", { class: "vectors" });
  const number = element("input", {
    type: "number", min: 0, max: Math.max(kernels - 1, 0), value: 0, "aria-label": "Kernel",
    input: () => show(Math.min(Math.max(Math.trunc(Number(number.value)) || 0, 0), kernels - 1)),
  });
  const { length } = view.inspection.machine[estimate.kind];
  function show(kernel) {
    const survivors = survivorsOf(view.weights[index], kernel) ?? [];
    const gain = layer.gains[kernel];
    const vectors = estimate.dataflow === "kernel"
      ? cutIntoVectors(survivors, length, layer.slice) : [survivors];
    list.replaceChildren(
      element("p", {}, `${count(survivors.length, "weight")} left of ${whole(estimate.weights / all)}, `
        + `gain ${real(gain)}, ${count(layer.vectors[kernel], "vector")}`),
      ...vectors.slice(0, 200).map((vector) => element("div", { class: "vector" },
        ...vector.slice(0, 200).map(([at, code]) => element("span", {
          title: `element ${at}, code ${code}`,
        }, element("small", {}, `${at}`), (layer.codebook[code - 1].value * gain).toPrecision(3))))));
  }
  if (kernels > 0) show(0);
  const note = kernels === all ? "" : ` This page has the weights of the first ${whole(kernels)} of `
    + `${whole(all)} kernels one by one; the program has all.`;
  return element("details", {}, element("summary", {}, "Kernels, weight by weight"),
    kernels > 0 ? element("label", {}, "Kernel ", number) : null, list,
    element("p", { class: "note" }, `Each box is a vector of at most ${length} weights.${note}`));
}
