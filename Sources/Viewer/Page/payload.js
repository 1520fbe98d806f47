// The page's data: what `Views` in Backends/SONIC/View.swift encodes, compressed by zlib, in base64.

export async function readPayload() {
  const text = document.getElementById("payload").textContent;
  const packed = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const payload = JSON.parse(await new Response(stream).text());
  for (const view of payload.views) {
    view.steps = view.inspection.steps;
    view.buffers = view.inspection.memory.buffers;
    view.events = eventsOf(view);
  }
  return payload;
}

/**
 * What ran when: arrays with an entry an event, in program order. `step` is -1 for transfers that
 * belong to none, `tile` a position in its layer's tiles or -1, `rows` lists each row's events by start.
 */
function eventsOf({ timeline, steps, inspection }) {
  const { instruction, row, start, duration, energy, imprints } = timeline;
  const step = new Int32Array(instruction.length).fill(-1);
  const tile = new Int32Array(instruction.length).fill(-1);
  const rows = timeline.rows.map(() => []);
  let current = 0;
  let tiles = 0;
  instruction.forEach((number, event) => {
    while (current < steps.length && number >= end(steps[current])) {
      current += 1;
      tiles = 0;
    }
    if (current < steps.length && number >= steps[current].firstInstruction) step[event] = current;
    if (row[event] > 1) tile[event] = tiles++;
    rows[row[event]].push(event);
  });
  const starts = Float64Array.from(start);
  const ends = starts.map((begin, event) => begin + duration[event]);
  return {
    instruction, row, start: starts, end: ends, energy, imprints, step, tile, rows,
    latency: inspection.schedule.latencyPicoseconds,
  };
}

const end = (step) => step.firstInstruction + step.instructionCount;

/** The survivors of a layer's kernel as [element, code], if the page has them; else null. */
export function survivorsOf(weights, kernel) {
  if (!weights || kernel >= weights.kernels) return null;
  weights.bytes ??= Uint8Array.from(atob(weights.pairs), (character) => character.charCodeAt(0));
  weights.starts ??= startsOf(weights);
  const survivors = [];
  let element = 0;
  for (let at = weights.starts[kernel]; at < weights.starts[kernel + 1]; at += 2) {
    element += weights.bytes[at];
    if (weights.bytes[at + 1]) survivors.push([element++, weights.bytes[at + 1]]);
  }
  return survivors;
}

function startsOf({ lengths }) {
  const starts = [0];
  for (const length of lengths) starts.push(starts.at(-1) + length);
  return starts;
}
