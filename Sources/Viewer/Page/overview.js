import { element, facts, figure, section } from "./dom.js";
import { bytes, count, energy, engineering, percent, time, whole } from "./units.js";

// What it is and what comes out, first of all.

export function overviewSection(view) {
  const { report, inspection } = view;
  const samples = Math.max(report.samples, 1);
  const { program, schedule } = inspection;
  const tile = (name, value, note) => element("div", { class: "tile" },
    element("dt", {}, name), element("dd", {}, value, element("small", {}, note)));
  const share = program.weights ? program.survivors / program.weights : 0;
  const tiles = element("dl", { class: "tiles" },
    tile("Latency", figure(report.latencyPicoseconds / samples, time(report.latencyPicoseconds / samples)),
      samples > 1 ? `mean of ${count(samples, "sample")}` : "a sample"),
    tile("Throughput", figure(report.framesPerSecond, engineering(report.framesPerSecond, "FPS")),
      "one sample after another"),
    tile("Energy", figure(report.energyFemtojoules / samples, energy(report.energyFemtojoules / samples)),
      `a sample; ${energy(report.energyWithoutMemoryFemtojoules / samples)} without memory`),
    tile("Efficiency",
      figure(report.framesPerSecondPerWatt, engineering(report.framesPerSecondPerWatt, "FPS/W")),
      `${engineering(report.averagePowerWatts, "W")} on average, `
        + `${engineering(report.peakPowerWatts, "W")} at most`),
    tile("Energy per bit",
      figure(report.energyPerBitPicojoules, engineering(report.energyPerBitPicojoules * 1e-12, "J")),
      `${engineering(report.energyPerBitWithoutMemoryPicojoules * 1e-12, "J")} without memory`),
    tile("Weights left", figure(program.survivors, percent(share)),
      `${whole(program.survivors)} of ${whole(program.weights)}`));
  const note = samples > 1 ? element("p", { class: "note" }, `Figures and energies are means of ${count(samples, "sample")}; `
    + "schedule, layers and the critical path are those of the first.") : null;
  return section("overview", "Overview",
    element("p", { id: "bottleneck" }, sentence(report.bottleneck.sentence)),
    tiles, note,
    element("div", { class: "limits" },
      element("div", {}, parts(report.bottleneck), profiles(schedule)),
      changes(report.bottleneck)));
}

/** What the program and the machine are. */
export function programFacts(view) {
  const { report, inspection } = view;
  const samples = Math.max(report.samples, 1);
  const { program } = inspection;
  const buffers = (list) => list.map((index) => bufferWords(view.buffers[index])).join("; ");
  return facts([
    ["Model", `${program.model}${program.modelHash ? `, hash ${program.modelHash}` : ""}`],
    ["Machine", `${inspection.machine.name}: ${inspection.machine.summary}`],
    ["Program", `${count(program.layers, "layer")}, ${count(program.operations, "operation")}, `
      + `${count(program.instructions, "instruction")}, by ${program.compiler}`],
    ["Inputs", buffers(program.inputs)], ["Outputs", buffers(program.outputs)],
    ["Memory", `${bytes(inspection.memory.sramPeakBytes)} of `
      + `${bytes(inspection.memory.sramCapacityBytes)} SRAM at most; `
      + `${bytes(inspection.memory.weightBytes)} of weights; `
      + `${bytes(report.trafficBytes / samples)} to and from main memory a sample`],
    ["Counts", report.basis.counts],
    ["Energy rests on", report.basis.energyByMark.map((part) =>
      `${percent(part.energyFemtojoules / Math.max(report.energyFemtojoules, 1))} ${part.mark} `
      + `(${part.meaning})`).join(", ")],
  ]);
}

/** What the latency consists of. */
function parts({ parts: all }) {
  const latency = all.reduce((sum, part) => sum + part.picoseconds, 0);
  const shares = all.filter((part) => part.picoseconds).map((part) => {
    const share = part.picoseconds / latency;
    const words = `${part.name} ${percent(share)}`;
    return element("div", {
      class: part.name, style: `flex-grow:${share}`, title: `${words}: ${part.meaning}`,
    }, share > 0.1 ? words : "");
  });
  return element("div", {}, element("h3", {}, "What the latency consists of, along the critical path"),
    element("div", { class: "shares" }, ...shares));
}

/** What would shorten it. */
function changes({ changes: all }) {
  const rows = all.map((change) => element("tr", {},
    element("td", { class: "number" }, figure(change.speedup, `${change.speedup.toFixed(2)}x`)),
    element("td", {}, change.name,
      element("div", { class: "small" }, ...change.settings.map((setting) => element("div", {}, setting))))));
  return element("div", {}, element("h3", {}, "What would shorten it, each alone"),
    element("table", { class: "changes" }, element("tbody", {}, ...rows)));
}

const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1) + ".";

const bufferWords = ({ name, element: type, shape }) =>
  `${name}: ${type} ${shape.length ? shape.join("x") : "scalar"}`;

/** A row of bars for each kind of resource. */
function profiles({ groups, latencyPicoseconds }) {
  const rows = groups.map((group) => element("tr", {},
    element("th", { scope: "row" }, group.name),
    element("td", { class: "number" }, figure(group.utilization, percent(group.utilization))),
    element("td", { class: "bars", "aria-hidden": "true" }, ...group.profile.map((share) =>
      element("i", { style: `height:${(100 * Math.min(share, 1)).toFixed(1)}%` })))));
  return element("div", {}, element("h3", {}, "How busy the machine is over time"),
    element("table", { class: "profiles" },
      element("caption", {}, `A bar for each ${time(latencyPicoseconds / groups[0].profile.length)}`),
      element("tbody", {}, ...rows)));
}
