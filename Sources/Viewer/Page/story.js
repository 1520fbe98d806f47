import { colourOf, drawn, element, facts, figure, section } from "./dom.js";
import { bytes, count, decibels, energy, percent, real, shape, time, whole } from "./units.js";
import { onSelect, selection } from "./selection.js";
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
  onSelect(({ step, instruction }, before) => {
    if (step !== before.step) show(step);
    else if (instruction !== before.instruction) body.querySelector(".kernels")?.showSelected();
  });
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
  const viewer = kernelViewer(view, index);
  return [
    histogram(layer),
    element("div", { class: "figures" },
      element("figure", {}, element("figcaption", {}, "Codebook: weights at gain 1, and how many take them"),
        codebook(layer, index, viewer.mark)),
      element("figure", {}, element("figcaption", {}, `Weights left, by kernel (down) and element of its `
        + `patch (across)`), map)),
    viewer,
  ];
}

/** Weights before they were clustered, as bars, and the values of the codebook, as lines; logarithmic. */
function histogram({ clustering, codebook: values }) {
  if (!clustering) return null;
  const { counts, reach, signalToNoiseDecibels } = clustering;
  const [width, height] = [600, 120];
  const most = Math.log1p(Math.max(...counts, ...values.map(({ uses }) => uses)));
  const high = (number) => (height * Math.log1p(number)) / most;
  const bar = width / counts.length;
  const bars = counts.map((number, place) => drawn("rect", {
    x: (place * bar).toFixed(2), width: (bar * 0.9).toFixed(2), y: (height - high(number)).toFixed(2),
    height: high(number).toFixed(2), class: "before",
  }, drawn("title", {}, count(number, "weight"))));
  const lines = values.map(({ value, uses }) => {
    const x = (((value / reach + 1) / 2) * width).toFixed(2);
    return drawn("path", { d: `M${x} ${height}V${(height - high(uses)).toFixed(2)}`, class: "after" },
      drawn("title", {}, `${real(value)}: ${count(uses, "weight")}`));
  });
  const words = `Weights before clustering, from ${real(-reach)} to ${real(reach)} at gain 1, and the values `
    + `that they got: ${decibels(signalToNoiseDecibels)} of signal to noise`;
  return element("figure", { class: "histogram" }, element("figcaption", {}, words),
    drawn("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": words }, ...bars, ...lines));
}

/** The values, each with a bar for how many weights take it; a click `mark`s those. */
function codebook({ codebook: values }, index, mark) {
  const most = Math.max(...values.map(({ uses }) => uses), 1);
  return element("table", { class: "codebook" }, element("tbody", {}, ...values.map(({ code, value, uses }, place) =>
    element("tr", {}, element("th", { scope: "row" }, element("button", {
      type: "button", class: "link", title: `code ${place + 1}, ${code} on the DAC`,
      click: () => mark(place + 1),
    }, value.toPrecision(4))),
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

/** The vectors of a kernel, weight by weight, where the page has them: that of a selected instruction. */
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
  let marked = 0;
  const markWeights = () => {
    for (const weight of list.querySelectorAll("span")) {
      weight.classList.toggle("marked", Number(weight.dataset.code) === marked);
    }
  };
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
          title: `element ${at}, code ${code}`, "data-code": code,
        }, element("small", {}, `${at}`), (layer.codebook[code - 1].value * gain).toPrecision(3))))));
    markWeights();
  }
  const note = kernels === all ? "" : ` This page has the weights of the first ${whole(kernels)} of `
    + `${whole(all)} kernels one by one; the program has all.`;
  const viewer = element("details", { class: "kernels" },
    element("summary", {}, "Kernels, weight by weight"),
    kernels > 0 ? element("label", {}, "Kernel ", number) : null, list,
    element("p", { class: "note" }, `Each box is a vector of at most ${length} weights, each with its element `
      + `of the patch. A click on a value of the codebook marks the weights that take it.${note}`));
  viewer.showSelected = () => {
    const text = view.inspection.instructions[selection.instruction] ?? "";
    const first = Number(/\bk(\d+)\.\.</.exec(text)?.[1] ?? 0);
    const kernel = first < kernels ? first : 0;
    number.value = kernel;
    if (kernels > 0) show(kernel);
  };
  viewer.mark = (code) => {
    viewer.open = true;
    marked = code;
    markWeights();
  };
  viewer.showSelected();
  return viewer;
}
