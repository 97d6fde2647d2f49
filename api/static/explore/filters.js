// The form that filters the picture. What it hides is counted and comes back; nothing moves by it.

import { PLURALS, STATUSES, drawn, make, number, plural, short, swatch, words } from "./elements.js";

const months = (from, to) => {
  const found = [];
  let [year, month] = from.split("-").map(Number);
  const [lastYear, lastMonth] = to.split("-").map(Number);
  while (found.length < 1200 && (year < lastYear || (year === lastYear && month <= lastMonth))) {
    found.push(`${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}`);
    month += 1;
    if (month > 12) { month = 1; year += 1; }
  }
  return found;
};

const ticks = (name, heading, values, chosen, { plain = (value) => words(short(value.label, 90)), open = true } = {}) => {
  if (!values.length) return "";
  const long = values.length > 12;
  return make("details", { class: "facet", "data-name": name, open: open || chosen.length > 0 },
    make("summary", {}, heading, chosen.length ? make("span", { class: "muted" }, ` ${chosen.length} of ${values.length}`) : ""),
    make("ul", { class: long ? "ticks long" : "ticks", tabindex: long ? "0" : undefined, "aria-label": heading }, values.map((value, at) => make("li", {},
      make("input", { type: "checkbox", id: `${name}-${at}`, name, value: value.id, checked: chosen.includes(value.id) }),
      make("label", { for: `${name}-${at}` }, plain(value), make("span", { class: "muted" }, ` ${number(value.count)}`))))));
};

const slider = (facets, chosen) => {
  if (!facets.months.length) return "";
  const every = months(facets.months[0].month, facets.months.at(-1).month);
  const counts = new Map(facets.months.map(({ month, count }) => [month, count]));
  const most = Math.max(...facets.months.map(({ count }) => count));
  const from = Math.max(0, every.findIndex((month) => month >= ((chosen.from || [])[0] || "").slice(0, 7)));
  const last = every.findLastIndex((month) => month <= ((chosen.to || [])[0] || "9999").slice(0, 7));
  const to = last < 0 ? every.length - 1 : last;
  const bars = drawn("svg", { class: "bars", viewBox: `0 0 ${every.length} 30`, preserveAspectRatio: "none", "aria-hidden": "true" },
    ...every.map((month, at) => {
      const height = counts.has(month) ? 4 + 26 * Math.sqrt(counts.get(month) / most) : 0;
      return drawn("rect", { x: at + 0.08, y: 30 - height, width: 0.84, height, class: at >= from && at <= to ? "in" : "out" });
    }));
  const range = (name, label, value) => [
    make("label", { for: `period-${name}` }, label, " ", make("output", { for: `period-${name}` }, every[value])),
    make("input", { type: "range", id: `period-${name}`, name: `period-${name}`, min: 0, max: every.length - 1, value, "aria-valuetext": every[value] }),
  ];
  const form = make("fieldset", { class: "period" }, make("legend", {}, "Period"), bars, range("from", "From", from), range("to", "To", to),
    make("p", { class: "small muted" }, facets.undated ? `${plural(facets.undated, "relation")} without any date stay${facets.undated === 1 ? "s" : ""}.` : "By a relation’s own dates, or else by when its claims were made."));
  form.months = every;
  return form;
};

export const filtersPanel = (graph) => {
  const { facets, filters } = graph;
  const chosen = (name) => filters[name] || [];
  return [
    make("button", { type: "button", class: "close", "aria-label": "Close the filters" }, "×"),
    make("h2", { class: "name" }, "Filter"),
    make("p", { class: "small", id: "filtered", role: "status" }, graph.filtered.nodes || graph.filtered.edges
      ? `Filtered out: ${plural(graph.filtered.nodes, "thing")} and ${plural(graph.filtered.edges, "relation")}.` : "Nothing is filtered out."),
    make("p", { class: "small muted" }, "Tick to show only these; nothing ticked shows all."),
    make("form", { id: "filters" },
      slider(facets, filters),
      ticks("kind", "Things", facets.kinds, chosen("kind"), { plain: (value) => make("span", {}, swatch(value.id), ` ${PLURALS[value.id]}`) }),
      ticks("status", "How sure", facets.statuses, chosen("status"), { plain: (value) => STATUSES[value.id] }),
      ticks("predicate", "Relations", facets.predicates, chosen("predicate")),
      ticks("claimant", "Claimed by", facets.claimants, chosen("claimant"), { open: false }),
      ticks("document", "Read in", facets.documents, chosen("document"), { open: false })),
    make("p", { class: "acts" }, Object.assign(make("button", { type: "button" }, "Clear filters"), { disabled: !Object.keys(filters).length }, {})),
  ];
};

// what the form says, as filters of a view
export const chosenFilters = (form) => {
  const found = {};
  for (const name of ["kind", "status", "predicate", "claimant", "document"]) {
    found[name] = [...form.querySelectorAll(`input[name="${name}"]:checked`)].map((input) => input.value);
  }
  const period = form.querySelector(".period");
  if (period) {
    const { months: every } = period;
    let [from, to] = ["from", "to"].map((name) => Number(period.querySelector(`#period-${name}`).value));
    if (from > to) [from, to] = [to, from];
    found.from = from > 0 ? [every[from]] : [];
    found.to = to < every.length - 1 ? [every[to]] : [];
  }
  return found;
};
