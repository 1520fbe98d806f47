import { colourOf } from "./dom.js";
import { time } from "./units.js";
import { Unfolded } from "./unfold.js";

// The timeline's model and its drawing on a canvas: a row for DMA, ECU and every VDU, time from left to
// right. What happens on the page (pointer, keys, tips) is in schedule.js.

const axisHeight = 22;
const leastSpan = 1000;

export class Timeline {
  constructor(view) {
    this.view = view;
    this.events = view.events;
    this.names = view.timeline.rows;
    this.from = 0;
    this.to = Math.max(view.events.latency, 1);
    this.rowHeights = this.names.map((name, row) => (row < 2 ? 20 : 0));
    const units = Math.max(this.names.length - 2, 1);
    const unitHeight = Math.min(Math.max(Math.floor(560 / units), 4), 14);
    let top = axisHeight;
    this.rowTops = this.rowHeights.map((height, row) => {
      const at = top;
      this.rowHeights[row] = height || unitHeight;
      top += this.rowHeights[row];
      return at;
    });
    this.height = top + 4;
    // Spelling and reading a colour for each event took most of a frame.
    this.colours = view.steps.map((_, step) => colourOf(step));
    this.critical = new Set(view.timeline.critical);
    this.unfoldings = new Map();
  }

  // Places

  resize(width) {
    this.width = width;
    this.left = width < 560 ? 52 : 92;
  }

  get scale() { return (this.width - this.left) / (this.to - this.from); }
  x(at) { return this.left + (at - this.from) * this.scale; }
  timeAt(x) { return this.from + (x - this.left) / this.scale; }
  rowAt(y) { return this.rowTops.findLastIndex((top) => top <= y); }

  /** Shows a stretch of time, moved and stretched to be allowed. */
  show(from, to) {
    const whole = Math.max(this.events.latency, 1);
    const span = Math.min(Math.max(to - from, Math.min(leastSpan, whole)), whole);
    this.from = Math.min(Math.max(from, 0), whole - span);
    this.to = this.from + span;
  }

  /** Zooms in (factor below 1) or out about a time, which stays where it is. */
  zoom(factor, about) {
    const share = (about - this.from) / (this.to - this.from);
    const span = (this.to - this.from) * factor;
    this.show(about - share * span, about + (1 - share) * span);
  }

  /** Moves by a share of what is shown. */
  pan(share) {
    const shift = share * (this.to - this.from);
    this.show(this.from + shift, this.to + shift);
  }

  // Events

  /** The position in a row's list of the first event that ends after a time. */
  firstAfter(row, at) {
    const list = this.events.rows[row];
    let [low, high] = [0, list.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.events.end[list[middle]] <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The event at a time in a row, or -1; what is as thin as a pixel is found too. */
  eventAt(row, at, tolerance = 0) {
    const list = this.events.rows[row] ?? [];
    const event = list[this.firstAfter(row, at - tolerance)];
    return event !== undefined && this.events.start[event] <= at + tolerance ? event : -1;
  }

  /** What an event unfolds into, or null if it is no tile or one of several groups. */
  unfold(event) {
    if (this.unfoldings.has(event)) return this.unfoldings.get(event);
    const { step, tile, imprints, start, end } = this.events;
    let unfolded = null;
    const layer = this.view.steps[step[event]]?.layer;
    if (layer && tile[event] >= 0 && imprints[event] > 0) {
      const { kind, dataflow } = this.view.steps[step[event]].estimate;
      const pipeline = this.view.pipelines.find(
        (one) => one.kind === kind && one.dataflow === dataflow);
      const { kernels, positions } = layer.tiles[tile[event]];
      const streamed = dataflow === "kernel" ? positions : kernels;
      const candidate = new Unfolded(pipeline, imprints[event], streamed);
      if (candidate.busy === end[event] - start[event]) unfolded = candidate;
    }
    this.unfoldings.set(event, unfolded);
    return unfolded;
  }

  // Drawing

  draw(context, theme, marked) {
    const { width, height } = this;
    context.clearRect(0, 0, width, height);
    this.drawAxis(context, theme);
    context.save();
    context.beginPath();
    context.rect(this.left, axisHeight, width - this.left, height);
    context.clip();
    for (const row of this.names.keys()) this.drawRow(context, theme, row, marked);
    context.restore();
    this.drawNames(context, theme);
  }

  drawRow(context, theme, row, marked) {
    const { start, end, step } = this.events;
    const list = this.events.rows[row];
    const [top, height] = [this.rowTops[row], this.rowHeights[row] - 1];
    const scale = this.scale;
    let reached = -1;
    let [colour, alpha] = [null, null];
    for (let at = this.firstAfter(row, this.from); at < list.length; at++) {
      const event = list[at];
      if (start[event] > this.to) break;
      const x = Math.max(this.left + (start[event] - this.from) * scale, this.left - 1);
      const right = this.left + (end[event] - this.from) * scale;
      // Where many events share a pixel, the first of them is seen.
      if (right <= reached) continue;
      const left = Math.max(x, reached);
      reached = Math.max(Math.min(right, this.width + 1), left + 0.8);
      const isDim = marked.path ? !this.critical.has(event)
        : marked.step !== null && step[event] !== marked.step;
      if (alpha !== isDim) context.globalAlpha = isDim ? 0.22 : 1;
      const own = this.colours[step[event]] ?? colourOf(-1);
      if (colour !== own) context.fillStyle = own;
      [colour, alpha] = [own, isDim];
      context.fillRect(left, top, reached - left, height);
      if (right - x > 24) {
        this.drawInside(context, theme, event, top, height);
        colour = null;
      }
      if (event === marked.event) {
        context.globalAlpha = 1;
        alpha = null;
        context.strokeStyle = theme.ink;
        context.lineWidth = 2;
        context.strokeRect(left, top, reached - left, height);
      }
    }
    context.globalAlpha = 1;
  }

  /** Within a tile: vectors being tuned are dark, streams light, what comes out last is hatched. */
  drawInside(context, theme, event, top, height) {
    const unfolded = this.unfold(event);
    if (!unfolded) return;
    const scale = this.scale;
    const begin = this.events.start[event];
    const at = (moment) => this.left + (begin + moment - this.from) * scale;
    const fill = at(unfolded.busy - unfolded.fill);
    context.fillStyle = theme.fill;
    context.fillRect(fill, top, at(unfolded.busy) - fill, height);
    if (unfolded.steady * scale < 8) return;
    const [first, last] = unfolded.between(this.from - begin, this.to - begin);
    // One colour after the other: changing it costs more than a rectangle.
    context.fillStyle = theme.tune;
    for (let index = first; index <= last; index++) {
      context.fillRect(at(unfolded.tuneAt(index)), top, unfolded.imprint * scale - 0.5, height);
    }
    context.fillStyle = theme.fire;
    for (let index = first; index <= last; index++) {
      const width = Math.max(unfolded.stream * scale - 0.5, 0.5);
      context.fillRect(at(unfolded.fireAt(index)), top, width, height);
    }
    if (unfolded.pace * scale < 5) return;
    for (let index = first; index <= last; index++) {
      this.drawVectors(context, theme, unfolded, index, at, top, height);
    }
  }

  drawVectors(context, theme, unfolded, index, at, top, height) {
    const { fire, fired } = unfolded.at(index);
    context.fillStyle = theme.tune;
    const first = Math.max(Math.floor((this.timeAt(this.left) - this.timeAt(at(fire))) / unfolded.pace), 1);
    for (let step = first; fire + step * unfolded.pace < fired; step++) {
      const x = at(fire + step * unfolded.pace);
      if (x > this.width) break;
      context.fillRect(x, top, 1, height);
    }
  }

  drawAxis(context, theme) {
    context.font = "11px system-ui, sans-serif";
    context.textBaseline = "middle";
    context.textAlign = "center";
    const rough = (this.to - this.from) / Math.max((this.width - this.left) / 110, 1);
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = power * [1, 2, 5, 10].find((digit) => digit * power >= rough);
    for (let tick = Math.ceil(this.from / step) * step; tick <= this.to; tick += step) {
      context.fillStyle = theme.line;
      context.fillRect(this.x(tick), axisHeight - 4, 1, this.height);
      context.fillStyle = theme.ink;
      context.fillText(tickLabel(tick, step), this.x(tick), axisHeight / 2 - 1);
    }
  }

  drawNames(context, theme) {
    context.textAlign = "right";
    context.textBaseline = "middle";
    context.font = "11px system-ui, sans-serif";
    this.names.forEach((name, row) => {
      const number = Number(/\d+$/.exec(name)?.[0] ?? 0);
      const every = Math.ceil(14 / this.rowHeights[row]);
      if (row > 1 && number % (every > 1 ? 10 : 1)) return;
      const label = this.left < 60 ? name.replace(/ VDU /, " ").replace("CONV", "C") : name;
      context.fillStyle = theme.ink;
      context.fillText(label, this.left - 6, this.rowTops[row] + this.rowHeights[row] / 2);
    });
  }

  /** All events in a strip, for finding one's way. */
  drawStrip(context, width, height) {
    const scale = width / Math.max(this.events.latency, 1);
    const rowHeight = height / this.names.length;
    this.events.rows.forEach((list, row) => {
      let reached = -1;
      for (const event of list) {
        const right = this.events.end[event] * scale;
        if (right <= reached) continue;
        const left = Math.max(this.events.start[event] * scale, reached);
        reached = Math.max(right, left + 0.7);
        context.fillStyle = colourOf(this.events.step[event]);
        context.fillRect(left, row * rowHeight, reached - left, Math.max(rowHeight, 1));
      }
    });
  }
}

/** With as many digits as tell a tick from the next. */
function tickLabel(tick, step) {
  if (tick === 0) return "0 s";
  const [scale, unit] = [[1e6, "us"], [1e3, "ns"], [1, "ps"]].find(([least]) => step >= least / 100)
    ?? [1, "ps"];
  if (scale === 1e6 && tick >= 1e9 && step >= 1e7) return time(tick);
  const digits = Math.max(0, Math.ceil(-Math.log10(step / scale) - 1e-9));
  return `${(tick / scale).toFixed(Math.min(digits, 6))} ${unit}`;
}
