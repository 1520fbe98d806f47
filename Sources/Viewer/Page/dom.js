// Elements of the page. Text is only ever set as text, so names of models cannot act as HTML.

/** An element with attributes (functions are listeners) and children (strings become text). */
export function element(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** The same in SVG. */
export function drawn(tag, attributes = {}, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((child) => child != null));
  return node;
}

/** A section of the page with a heading that links lead to. */
export function section(id, title, ...children) {
  const heading = element("h2", { id: id + "-title" }, title);
  return element("section", { id, "aria-labelledby": id + "-title" }, heading,
    ...children.filter(Boolean));
}

/** What scrolls where it is wider than the page; the keyboard reaches it, and knows it by its name. */
export function scroller(name, ...children) {
  return element("div", { class: "wide", tabindex: 0, role: "region", "aria-label": name }, ...children);
}

/** A figure as people read it, with its exact value for scripts. */
export function figure(value, text) {
  return element("data", { value: String(value) }, text);
}

/** A table of two columns, of names and of what they mean. */
export function facts(rows) {
  const body = rows.filter(Boolean).map(([name, ...value]) =>
    element("tr", {}, element("th", { scope: "row" }, name), element("td", {}, ...value)));
  return element("table", { class: "facts" }, element("tbody", {}, ...body));
}

/** The colour of a step, the same everywhere; neighbours differ most. */
export function colourOf(step) {
  if (step < 0) return "#8a8f98";
  return `hsl(${(210 + step * 137.508) % 360} 62% 55%)`;
}

/** A chart that the compiler drew as SVG, in the page's colours; its text is text already. */
export function chart(svg, words) {
  const picture = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  const [width, height] = [picture.getAttribute("width"), picture.getAttribute("height")];
  picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", words);
  return element("figure", { class: "chart" }, document.importNode(picture, true));
}
