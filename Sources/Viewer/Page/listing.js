import { colourOf, element, section } from "./dom.js";
import { whole } from "./units.js";
import { onSelect, select, selection } from "./selection.js";

// The disassembly. Only the lines in sight are elements, as programs have up to millions.

const lineHeight = 20;

/** Makes the section, and what goes to an instruction in it. */
export function listingSection(view, signal) {
  const { instructions } = view.inspection;
  const owners = new Int32Array(instructions.length).fill(-1);
  view.steps.forEach((step, index) =>
    owners.fill(index, step.firstInstruction, step.firstInstruction + step.instructionCount));
  let lines = null;
  const total = () => lines?.length ?? instructions.length;
  const numberAt = (line) => (lines ? lines[line] : line);
  const lineOf = (number) => (lines ? lines.indexOf(number) : number);

  const content = element("div", { class: "lines" });
  const frame = element("div", {
    class: "listing", tabindex: 0, role: "listbox", "aria-label": "Instructions", scroll: () => later(),
    keydown: (press) => {
      const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15 }[press.key];
      if (!by) return;
      press.preventDefault();
      if (!total()) return;
      const line = Math.max(lineOf(selection.instruction ?? 0), 0) + by;
      choose(numberAt(Math.min(Math.max(line, 0), total() - 1)));
    },
  }, content);
  const said = element("output", {});
  const search = element("input", {
    type: "search", placeholder: "Search instructions, i123, or a layer", "aria-label": "Search instructions",
    input: () => filter(search.value.trim().toLowerCase()),
  });
  let waiting = 0;
  const later = () => { waiting ||= requestAnimationFrame(redraw); };

  function redraw() {
    waiting = 0;
    content.style.height = `${total() * lineHeight}px`;
    const first = Math.max(Math.floor(frame.scrollTop / lineHeight) - 5, 0);
    const last = Math.min(first + Math.ceil(frame.clientHeight / lineHeight) + 10, total());
    const drawn = [];
    for (let line = first; line < last; line++) drawn.push(lineElement(numberAt(line), line));
    content.replaceChildren(...drawn);
    if (selection.instruction !== null) {
      frame.setAttribute("aria-activedescendant", `i${selection.instruction}`);
    }
  }

  function lineElement(number, line) {
    const owner = owners[number];
    const isChosen = number === selection.instruction;
    return element("div", {
      class: `line${isChosen ? " chosen" : ""}`, role: "option", "aria-selected": String(isChosen),
      id: `i${number}`, "aria-posinset": line + 1, "aria-setsize": total(),
      "data-instruction": number, style: `top:${line * lineHeight}px`, click: () => choose(number),
    }, element("i", { class: "dot", style: `background:${colourOf(owner)}` }),
    element("span", { class: "number" }, `i${number}`), element("code", {}, instructions[number]),
    element("span", { class: "owner" }, owner < 0 ? "" : view.steps[owner].name));
  }

  const choose = (number) => select(owners[number] < 0 ? null : owners[number], number);

  function filter(text) {
    const isNumber = /^i?\d+$/.exec(text);
    lines = null;
    if (isNumber) {
      const number = Number(text.replace("i", ""));
      if (number < instructions.length) choose(number);
    } else if (text) {
      const names = view.steps.map((step) => step.name.toLowerCase().includes(text));
      lines = [...instructions.keys()].filter((number) =>
        instructions[number].toLowerCase().includes(text) || names[owners[number]]);
    }
    const isMissing = isNumber && Number(text.replace("i", "")) >= instructions.length;
    said.value = isMissing ? `there is no ${text}; the last is i${instructions.length - 1}`
      : `${whole(total())} of ${whole(instructions.length)} instructions`;
    later();
  }

  function reveal(number) {
    if (lines && lineOf(number) < 0) {
      search.value = "";
      filter("");
    }
    const top = lineOf(number) * lineHeight;
    if (top < frame.scrollTop || top > frame.scrollTop + frame.clientHeight - 2 * lineHeight) {
      content.style.height = `${total() * lineHeight}px`;
      frame.scrollTop = top - frame.clientHeight / 3;
    }
  }

  onSelect(({ step, instruction }, before) => {
    if (instruction !== null) reveal(instruction);
    else if (step !== null && step !== before.step) reveal(view.steps[step].firstInstruction);
    later();
  });
  const observer = new ResizeObserver(later);
  observer.observe(frame);
  signal.addEventListener("abort", () => observer.disconnect());
  filter("");

  const made = section("instructions", "Instructions",
    element("div", { class: "controls" }, search, said), frame);
  const show = (number) => {
    made.scrollIntoView();
    choose(number);
    reveal(number);
    frame.focus({ preventScroll: true });
  };
  return { node: made, show };
}
