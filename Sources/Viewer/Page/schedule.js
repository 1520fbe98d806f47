import { element, section } from "./dom.js";
import { count, energy, time, whole } from "./units.js";
import { survivorsOf } from "./payload.js";
import { cutIntoVectors, heldVector } from "./unfold.js";
import { onSelect, select, selection } from "./selection.js";
import { Timeline } from "./timeline.js";

// The schedule: the timeline with its pointer, keys and tips.

const mostPixels = 16_000;
const mostArea = 16_000_000;

const help = "Drag to move, wheel or pinch to zoom, double click to zoom in. With the timeline focused: "
  + "arrows go from instruction to instruction and row to row, + and \u2212 zoom, 0 shows all, Enter "
  + "selects.";

/** The section; `showInstruction(number)` goes to an instruction's line; it listens until `signal`. */
export function scheduleSection(view, showInstruction, signal) {
  const timeline = new Timeline(view);
  const canvas = element("canvas", {
    id: "timeline", tabindex: 0, role: "application", "aria-describedby": "timeline-help",
    "aria-label": "Timeline of DMA, ECU and every VDU",
  });
  const strip = element("canvas", { id: "strip", "aria-hidden": "true" });
  const tip = element("div", { id: "tip", role: "status", "aria-live": "polite" });
  const shown = element("output", { id: "shown" });
  const button = (label, title, act) => element("button", { type: "button", title, click: act }, label);
  const path = element("button", {
    type: "button", title: "Show the chain of instructions that the latency consists of",
    "aria-pressed": "false", click: () => {
      path.setAttribute("aria-pressed", String(path.getAttribute("aria-pressed") !== "true"));
      change();
    },
  }, "Critical path");
  let cursor = null;
  let frame = 0;
  let stripImage = null;

  const theme = () => {
    const style = getComputedStyle(document.documentElement);
    const value = (name) => style.getPropertyValue(name).trim();
    return {
      ink: value("--ink"), line: value("--line"), accent: value("--accent"),
      tune: "rgb(0 0 0 / 45%)", fire: "rgb(255 255 255 / 35%)", fill: "rgb(0 0 0 / 22%)",
    };
  };

  function fit(target, width, height) {
    // Browsers draw nothing on a canvas beyond some size.
    const ratio = Math.min(
      window.devicePixelRatio || 1, mostPixels / height, Math.sqrt(mostArea / (width * height)));
    const size = [Math.round(width * ratio), Math.round(height * ratio)];
    if (target.width !== size[0] || target.height !== size[1]) [target.width, target.height] = size;
    target.style.height = `${height}px`;
    const context = target.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    return context;
  }

  function redraw() {
    frame = 0;
    const width = canvas.clientWidth;
    if (!width) return;
    const colours = theme();
    timeline.resize(width);
    timeline.draw(fit(canvas, width, timeline.height), colours,
      { step: selection.step, event: cursor?.event ?? -1, path: path.getAttribute("aria-pressed") === "true" });
    drawStrip(strip.clientWidth, colours);
    shown.value = `${time(timeline.from)} to ${time(timeline.to)}, ${time(timeline.to - timeline.from)}`;
  }

  function drawStrip(width, colours) {
    const context = fit(strip, width, 36);
    if (stripImage?.width !== strip.width) {
      stripImage = document.createElement("canvas");
      stripImage.width = strip.width;
      stripImage.height = strip.height;
      const image = stripImage.getContext("2d");
      image.scale(strip.width / width, strip.height / 36);
      timeline.drawStrip(image, width, 36);
    }
    context.clearRect(0, 0, width, 36);
    context.globalAlpha = 0.55;
    context.drawImage(stripImage, 0, 0, width, 36);
    context.globalAlpha = 1;
    const scale = width / timeline.events.latency;
    context.strokeStyle = colours.accent;
    context.lineWidth = 2;
    context.strokeRect(timeline.from * scale + 1, 1,
      Math.max((timeline.to - timeline.from) * scale - 2, 2), 34);
  }

  const change = () => { frame ||= requestAnimationFrame(redraw); };
  const zoom = (factor, about) => { timeline.zoom(factor, about); change(); };
  const middle = () => (timeline.from + timeline.to) / 2;

  // The cursor: under the pointer, or moved by keys.

  function hover(move) {
    const row = timeline.rowAt(move.offsetY);
    if (row < 0) return;
    const at = timeline.timeAt(move.offsetX);
    point(row, at, timeline.eventAt(row, at, 2 / timeline.scale), { x: move.clientX, y: move.clientY });
  }

  function point(row, at, event, place) {
    cursor = { row, at, event };
    tip.replaceChildren(...(event < 0 ? [] : describe(view, timeline, event, at)));
    tip.hidden = event < 0;
    if (event >= 0) {
      const left = Math.min(place.x + 14, window.innerWidth - tip.offsetWidth - 8);
      const below = place.y + 18;
      const fits = below + tip.offsetHeight < window.innerHeight;
      tip.style.left = `${Math.max(left, 4)}px`;
      tip.style.top = `${Math.max(fits ? below : place.y - tip.offsetHeight - 12, 4)}px`;
    }
    change();
  }

  function choose() {
    const { event } = cursor ?? {};
    if (event === undefined || event < 0) return select(null);
    const step = timeline.events.step[event];
    select(step < 0 ? null : step, timeline.events.instruction[event]);
  }

  function go(rows, events) {
    const list = timeline.events.rows;
    let row = Math.min(Math.max((cursor?.row ?? 0) + rows, 0), list.length - 1);
    while (rows && row > 0 && row < list.length - 1 && !list[row].length) row += rows;
    if (!list[row].length) return;
    let index = timeline.firstAfter(row, cursor?.at ?? timeline.from);
    if (events && cursor?.event >= 0) index += events;
    index = Math.min(Math.max(index, 0), list[row].length - 1);
    const event = list[row][index];
    timeline.resize(canvas.clientWidth);
    const [start, end] = [timeline.events.start[event], timeline.events.end[event]];
    if (end < timeline.from || start > timeline.to) {
      const half = (timeline.to - timeline.from) / 2;
      timeline.show(start - half, start + half);
    }
    const box = canvas.getBoundingClientRect();
    point(row, Math.max(start, Math.min(cursor?.at ?? start, end - 1)), event, {
      x: box.left + Math.max(timeline.x(start), timeline.left),
      y: box.top + timeline.rowTops[row],
    });
  }

  const keys = {
    ArrowLeft: () => go(0, -1), ArrowRight: () => go(0, 1), ArrowUp: () => go(-1, 0),
    ArrowDown: () => go(1, 0), Enter: choose, "0": () => { timeline.show(0, Infinity); change(); },
    "+": () => zoom(0.5, cursor?.at ?? middle()), "=": () => zoom(0.5, cursor?.at ?? middle()),
    "-": () => zoom(2, cursor?.at ?? middle()), Escape: () => { tip.hidden = true; select(null); },
  };
  canvas.addEventListener("keydown", (press) => {
    if (!keys[press.key] || press.ctrlKey || press.metaKey || press.altKey) return;
    press.preventDefault();
    keys[press.key]();
  });
  canvas.addEventListener("wheel", (turn) => {
    turn.preventDefault();
    if (Math.abs(turn.deltaX) > Math.abs(turn.deltaY)) {
      timeline.pan(turn.deltaX / timeline.width);
      change();
    } else {
      zoom(Math.exp(Math.max(-120, Math.min(120, turn.deltaY)) / 250), timeline.timeAt(turn.offsetX));
    }
  }, { passive: false });
  canvas.addEventListener("dblclick", (click) => zoom(0.25, timeline.timeAt(click.offsetX)));
  // A finger leaves as soon as it is lifted; its tip stays until the next tap.
  canvas.addEventListener("pointerleave", (leave) => { tip.hidden ||= leave.pointerType === "mouse"; });
  dragging();

  /** One pointer moves the timeline, or chooses where it did not move; two stretch it. */
  function dragging() {
    const down = new Map();
    let moved = 0;
    canvas.addEventListener("pointerdown", (press) => {
      down.set(press.pointerId, { x: press.offsetX, y: press.offsetY });
      moved = 0;
      canvas.setPointerCapture(press.pointerId);
    });
    canvas.addEventListener("pointermove", (move) => {
      const last = down.get(move.pointerId);
      if (!last) {
        hover(move);
        return;
      }
      tip.hidden = true;
      moved += Math.abs(move.offsetX - last.x) + Math.abs(move.offsetY - last.y);
      if (down.size === 2) {
        const [other] = [...down].filter(([id]) => id !== move.pointerId).map(([, place]) => place);
        const before = Math.max(Math.abs(last.x - other.x), 8);
        const after = Math.max(Math.abs(move.offsetX - other.x), 8);
        timeline.zoom(before / after, timeline.timeAt((move.offsetX + other.x) / 2));
      } else {
        timeline.pan((last.x - move.offsetX) / (timeline.width - timeline.left));
      }
      down.set(move.pointerId, { x: move.offsetX, y: move.offsetY });
      change();
    });
    const lift = (press) => {
      if (!down.delete(press.pointerId) || moved > 4 || press.type === "pointercancel") return;
      hover(press);
      choose();
    };
    canvas.addEventListener("pointerup", lift);
    canvas.addEventListener("pointercancel", lift);
  }

  strip.addEventListener("pointerdown", (press) => {
    const to = (move) => {
      const half = (timeline.to - timeline.from) / 2;
      const at = (move.offsetX / strip.clientWidth) * timeline.events.latency;
      timeline.show(at - half, at + half);
      change();
    };
    strip.setPointerCapture(press.pointerId);
    to(press);
    strip.onpointermove = to;
    strip.onpointerup = () => { strip.onpointermove = null; };
  });

  onSelect(({ step, instruction }, before) => {
    if (instruction !== null && instruction !== before.instruction) {
      const event = timeline.events.instruction.indexOf(instruction);
      if (event >= 0) {
        cursor = { row: timeline.events.row[event], at: timeline.events.start[event], event };
        reveal(timeline.events.start[event], timeline.events.end[event]);
      }
    } else if (step !== null && step !== before.step) {
      const { startPicoseconds, endPicoseconds } = view.steps[step].estimate;
      reveal(startPicoseconds, endPicoseconds);
    }
    change();
  });

  /** Moves what is shown so that a stretch of time is in it, as little as that takes. */
  function reveal(start, end) {
    if (start < timeline.to && end > timeline.from) return;
    const half = (timeline.to - timeline.from) / 2;
    timeline.show((start + end) / 2 - half, (start + end) / 2 + half);
  }

  const observer = new ResizeObserver(change);
  observer.observe(canvas);
  signal.addEventListener("abort", () => observer.disconnect());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", change, { signal });
  document.addEventListener("themechange", change, { signal });
  // Paper is light, and what is on the canvas is printed as it is.
  window.addEventListener("beforeprint", redraw, { signal });
  window.addEventListener("afterprint", change, { signal });
  tip.hidden = true;

  const controls = element("div", { class: "controls" },
    button("\u2212", "Zoom out", () => zoom(2, middle())),
    button("+", "Zoom in", () => zoom(0.5, middle())),
    button("All", "Show the whole run", () => { timeline.show(0, Infinity); change(); }),
    button("Selected", "Show the selected layer", () => {
      if (selection.step === null) return;
      const { startPicoseconds: start, endPicoseconds: end } = view.steps[selection.step].estimate;
      const margin = (end - start) / 20 + 1;
      timeline.show(start - margin, end + margin);
      change();
    }),
    button("Instruction", "Go to the selected instruction in the listing", () => {
      const number = selection.instruction ?? view.steps[selection.step]?.firstInstruction;
      if (number !== undefined) showInstruction(number);
    }),
    path, shown);
  return section("schedule", "Schedule", controls, strip, canvas, tip,
    element("p", { id: "timeline-help", class: "note" }, help),
    element("p", { class: "note" },
      "Within a tile that is zoomed into: dark while a vector is tuned onto the rings, light while "
      + "vectors stream past it, grey while the last results come out."));
}

/** What an event is, in lines. */
function describe(view, timeline, event, at) {
  const { instruction, start, end, energy: energies, step, row } = timeline.events;
  const number = instruction[event];
  const lines = [element("code", {}, `i${number} ${view.inspection.instructions[number]}`)];
  const owner = view.steps[step[event]];
  const say = (text) => lines.push(element("div", {}, text));
  say(`${view.timeline.rows[row[event]]}: ${time(start[event])} to ${time(end[event])}, `
    + `${time(end[event] - start[event])}, ${energy(energies[event])}`);
  if (!owner) return lines;
  const origins = owner.estimate.origins.join(", ");
  say(`${owner.name} (${owner.estimate.kind})${origins ? `, of the model's ${origins}` : ""}`);
  const tile = owner.layer?.tiles[timeline.events.tile[event]];
  if (!tile) return lines;
  say(`${range("kernel", tile.firstKernel, tile.kernels)} at `
    + range("position", tile.firstPosition, tile.positions));
  const unfolded = timeline.unfold(event);
  if (unfolded) for (const line of microStep(view, step[event], tile, unfolded, at - start[event])) say(line);
  return lines;
}

/** What happens in a tile at a moment. */
function microStep(view, step, tile, unfolded, moment) {
  const layer = view.steps[step].layer;
  const { dataflow, kind } = view.steps[step].estimate;
  const held = dataflow === "kernel" ? "weights" : "activations";
  const streamed = dataflow === "kernel" ? "patch" : "kernel";
  const [first, last] = unfolded.between(moment, moment);
  for (let index = first; index <= last; index++) {
    const { tune, tuned, fire, fired } = unfolded.at(index);
    const isTuned = moment >= tune && moment < tuned;
    const isFired = moment >= fire && moment < fired;
    if (!isTuned && !isFired) continue;
    const lines = [];
    const which = `vector ${whole(index + 1)} of ${whole(unfolded.imprints)}`;
    if (isTuned) lines.push(`tune ${which} of ${held}, ${time(unfolded.imprint)}`);
    if (isFired) {
      const number = Math.floor((moment - fire) / unfolded.pace) * unfolded.rows;
      const base = dataflow === "kernel" ? tile.firstPosition : tile.firstKernel;
      lines.push(`fire: past ${which} streams ${streamed} ${whole(base + number)} `
        + `(${whole(number + 1)} of ${whole(unfolded.vectors)}), one every ${time(unfolded.pace)}`);
    }
    if (dataflow === "kernel") lines.push(...operands(view, step, tile, index, layer, kind));
    return lines;
  }
  return moment >= unfolded.busy - unfolded.fill ? ["the last results come out of the ADC"] : [];
}

/** Which weights a vector holds. */
function operands(view, step, tile, index, layer, kind) {
  const place = heldVector(layer, tile, index);
  if (!place) return [];
  const { kernel, vector } = place;
  const name = `kernel ${whole(kernel)}, its vector ${vector + 1} of ${layer.vectors[kernel]}`;
  const survivors = survivorsOf(view.weights[step], kernel);
  if (!survivors) return [name];
  const { length } = view.inspection.machine[kind];
  const elements = cutIntoVectors(survivors, length, layer.slice)[vector] ?? [];
  const shown = elements.slice(0, 8).map(([element, code]) =>
    `[${element}] ${(layer.codebook[code - 1].value * layer.gains[kernel]).toPrecision(3)}`);
  return [name, shown.join("  ") + (elements.length > 8 ? " ..." : "")];
}

function range(thing, first, number) {
  return number === 1 ? `${thing} ${whole(first)}`
    : `${count(number, thing)} ${whole(first)} to ${whole(first + number - 1)}`;
}
