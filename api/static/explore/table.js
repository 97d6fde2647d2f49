// The picture as a table: the same content for those who would rather read it, and for screen readers.

import { STATUSES, button, make, number, plural, short, swatch, words } from "./elements.js";
import { alone } from "./source.js";

const head = (...names) => make("thead", {}, make("tr", {}, names.map((name) => make("th", { scope: "col" }, name))));

export const tables = (graph) => {
  const names = new Map(graph.nodes.map((node) => [node.id, node.label]));
  return [
    make("h2", {}, plural(graph.nodes.length, "thing")),
    make("table", {}, make("caption", { class: "unseen" }, "Things in the picture"), head("Thing", "Kind", "When", "Relations shown", "Relations in all"),
      make("tbody", {}, graph.nodes.map((node) => make("tr", {},
        make("th", { scope: "row" }, swatch(node.kind), button(short(node.label, 300), { node: node.id }, { class: "choose" })),
        make("td", {}, node.kind), make("td", {}, node.dates),
        make("td", { class: "number", "data-label": "shown: " }, number(node.shown)), make("td", { class: "number", "data-label": "in all: " }, number(node.relations)))))),
    graph.more.length > 0 && make("h2", {}, "Not loaded"),
    graph.more.length > 0 && make("ul", { class: "edges" }, graph.more.map((more) => make("li", {},
      words(short(names.get(more.node) || "")), `, ${more.predicate ? more.predicate.label : "all relations"}, ${more.direction}: `,
      alone ? plural(more.rest, "more thing") : button(plural(more.rest, "more thing"), { step: more.step }, { class: "choose" })))),
    make("h2", {}, plural(graph.edges.length, "relation")),
    make("table", {}, make("caption", { class: "unseen" }, "Relations in the picture"), head("From", "Relation", "To", "When", "How sure", "Claims", "In conflict"),
      make("tbody", {}, graph.edges.map((edge) => make("tr", {},
        make("td", {}, words(short(names.get(edge.source), 160))),
        make("td", {}, button(short(edge.label, 160), { edge: edge.id }, { class: "choose" })),
        make("td", {}, words(short(names.get(edge.target), 160))), make("td", {}, edge.dates),
        make("td", {}, make("span", { class: `chip ${edge.status}` }, STATUSES[edge.status] || edge.status)),
        make("td", { class: "number", "data-label": "claims: " }, edge.claims ? number(edge.claims) : "source"),
        make("td", { class: "number", "data-label": "in conflict: " }, edge.contested ? number(edge.contested) : ""))))),
  ];
};
