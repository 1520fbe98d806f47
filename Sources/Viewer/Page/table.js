import { element, figure } from "./dom.js";

// Tables that sort by a click on a heading. A column has a name, a note, the value of a row (null for
// none), and how that is spelled, unless it is text.

/** The table; `attributes(row, index)` are those of a row's element. */
export function sortable(columns, rows, attributes, decorate = () => {}) {
  const elements = rows.map((row, index) => {
    const cells = columns.map((column) => cell(column, row));
    decorate(cells, index);
    const line = element("tr", {
      tabindex: 0, keydown: (press) => {
        if (press.key === "Enter" || press.key === " ") {
          press.preventDefault();
          line.click();
        }
        const next = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[press.key];
        if (!next) return;
        press.preventDefault();
        let other = line[next];
        while (other?.hidden) other = other[next];
        other?.focus();
      }, ...attributes(row, index),
    }, ...cells);
    return line;
  });
  const body = element("tbody", {}, ...elements);
  const heads = columns.map((column) => {
    const head = element("th", {
      scope: "col", title: column.note, class: column.isText ? "" : "number",
    }, element("button", { type: "button", click: () => sortBy(column, head) }, column.name));
    return head;
  });

  function sortBy(column, head) {
    const before = head.getAttribute("aria-sort");
    const isDown = before ? before !== "descending" : !column.isText;
    for (const other of heads) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", isDown ? "descending" : "ascending");
    const values = rows.map((row) => column.value(row));
    const order = [...rows.keys()].sort((a, b) => {
      if (values[a] === values[b]) return a - b;
      if (values[a] === null || values[b] === null) return values[a] === null ? 1 : -1;
      const isLess = column.isText
        ? values[a].localeCompare(values[b], "en", { numeric: true }) < 0 : values[a] < values[b];
      return isLess === isDown ? 1 : -1;
    });
    body.append(...order.map((index) => elements[index]));
  }

  const table = element("table", { class: "sortable" },
    element("thead", {}, element("tr", {}, ...heads)), body);
  table.lines = elements;
  return table;
}

function cell(column, row) {
  const value = column.value(row);
  if (value === null) return element("td", {});
  return column.isText ? element("td", {}, value)
    : element("td", { class: "number" }, figure(value, column.words(value)));
}
