// What the panel says: of the whole picture, of a thing, of an edge with its evidence, of several things.

import { CONFLICT, LINES, PLURALS, STATUSES, button, joined, link, make, number, plural, short, stroke, swatch, words } from "./elements.js";
import { alone } from "./source.js";
import { look } from "./canvas.js";

const closer = () => make("button", { type: "button", class: "close", "aria-label": "Close the details", title: "Close (Escape)", onclick: null }, "×");
const chip = (text, look = "") => make("span", { class: `chip ${look}` }, text);

export const intro = (graph) => {
  const kinds = Object.entries(graph.nodes.reduce((all, node) => ({ ...all, [node.kind]: (all[node.kind] || 0) + 1 }), {}));
  const out = [
    ...(graph.filtered.nodes ? [plural(graph.filtered.nodes, "thing")] : []),
    ...(graph.filtered.edges ? [plural(graph.filtered.edges, "relation")] : []),
  ].join(" and ");
  const rest = graph.more.reduce((sum, more) => sum + more.rest, 0);
  const looks = new Set(graph.edges.map(look));
  return [
    make("p", { class: "lead", id: "total" }, `${plural(graph.nodes.length, "thing")} and ${plural(graph.edges.length, "relation")}.`),
    out && make("p", { class: "small" }, make("strong", {}, `Filtered out: ${out}. `), !alone && button("Clear filters", { do: "clear" }, { class: "choose" })),
    rest > 0 && make("p", { class: "small" }, alone ? `Not in this file: ${plural(rest, "neighbour")} of what was expanded.` : `Not loaded: ${plural(rest, "neighbour")} of what was expanded; each stands at its “more”.`),
    ...graph.notes.map((note) => make("p", { class: "note", role: "status" }, words(note))),
    make("p", { class: "small muted hint" }, alone
      ? "Choose a node for its facts, or a line for the claims that it rests on. This file works offline, so it cannot load more: the pages that it links to can."
      : "Choose a node for its facts and what it is joined to, or a line for the claims that it rests on. Double-click expands; drag pins."),
    make("h2", {}, "Legend"),
    make("ul", { class: "legend" }, kinds.map(([kind, count]) => make("li", {}, swatch(kind), `${number(count)} ${count === 1 ? kind : PLURALS[kind]}`))),
    make("ul", { class: "legend lines" },
      Object.entries(LINES).map(([name, means]) => looks.has(name) && make("li", {}, stroke(name), means)),
      graph.edges.some((edge) => edge.contested) && make("li", {}, make("span", { class: "badge", "aria-hidden": "true" }, "≠"), CONFLICT)),
    graph.hidden.length > 0 && make("h2", {}, "Hidden by you"),
    graph.hidden.length > 0 && make("ul", { class: "edges" }, graph.hidden.map((thing) => make("li", {}, words(short(thing.label)), " ", !alone && button("Show again", { step: `show ${thing.iri}` }, { class: "choose" })))),
  ];
};

const evidence = (claim) => make("li", {},
  make("p", { class: "said" }, link(claim.label, claim.href)),
  make("p", { class: "meta" },
    chip(claim.kind, claim.kind === "estimate" ? "hedged" : ""), " ",
    claim.hedge && claim.hedge !== "plain number" ? [chip(`“${claim.hedge}”`, "hedged"), " "] : "",
    claim.contested ? [chip(`≠ conflicts with ${plural(claim.contested, "claim")}`, "disputed"), " "] : "",
    ...joined(claim.claimants.map((who) => link(who.label, who.href))),
    claim.said ? `, ${claim.said}` : "",
    claim.channel ? [", ", link(claim.channel.label, claim.channel.href)] : ""),
  claim.documents.map((document) => make("p", { class: "meta" }, "In ", link(document.label, document.href),
    document.publisher ? `, ${document.publisher.label}` : "", document.published ? `, ${document.published.slice(0, 10)}` : "",
    document.url ? [" (", link("original", document.url), ")"] : "",
    make("span", { class: "places" }, document.places.join("; ")))));

const claimList = (claims, count, heading, more) => (claims.length ? [
  make("h2", {}, heading),
  make("ul", { class: "claims" }, claims.map(evidence)),
  count > claims.length && make("p", { class: "small muted" }, `The latest ${number(claims.length)} of ${number(count)}: `, link("all on its page", more), "."),
] : []);

const facts = (rows) => (rows.length ? make("dl", { class: "facts" }, rows.map(([name, value]) => [make("dt", {}, name), make("dd", {}, value)])) : "");

// `thing` is what the server says of it, `node` its card in the picture
export const nodePanel = (thing, node, graph) => {
  const touching = graph.edges.filter((edge) => edge.source === thing.id || edge.target === thing.id);
  const names = new Map(graph.nodes.map((other) => [other.id, other.label]));
  const shown = (count) => touching.filter((edge) => edge.predicate === count.predicate.iri
    && (!edge.directed || (count.direction === "out" ? edge.source : edge.target) === thing.id)).length;
  const undrawn = thing.counts.reduce((sum, count) => sum + count.relations - count.drawn, 0);
  return [
    closer(),
    make("p", { class: "kind" }, swatch(thing.kind), thing.kind, thing.connector ? [" ", chip("paths pass it by")] : "", ...thing.types.slice(0, 4).map((type) => make("code", {}, type))),
    make("h2", { class: "name", dir: "auto" }, thing.label),
    thing.description && make("p", { class: "small" }, words(short(thing.description, 600))),
    make("p", { class: "go" }, thing.page && make("a", { href: thing.page }, "Its page")),
    !alone && node && make("p", { class: "acts" },
      button("Expand", { step: `expand ${node.name} all both` }, { title: "Load its next 20 neighbours (E)" }),
      button("Collapse", { step: `collapse ${node.name}` }, { title: "Take away what its expansions brought (C)" }),
      button("Hide", { step: `hide ${node.name}` }, { title: "Take it out of the picture (Delete)" }),
      node.pinned ? button("Unpin", { free: node.name }, { title: "Let it be placed anew (P)" }) : button("Pin", { pin: thing.id }, { title: "Keep it where it stands (P)" }),
      button("Path from here", { from: thing.id }, { title: "Find paths to another thing" })),
    facts([...(thing.dates ? [["when", thing.dates]] : []), ...thing.facts.map((fact) => [fact.label, fact.href ? link(fact.value, fact.href) : words(short(fact.value, 300))])]),
    alone && make("p", { class: "small muted" }, "This file cannot load what is not shown; ", thing.page ? link("its page", thing.page) : "the graph", " can."),
    thing.counts.length > 0 && make("h2", {}, "Relations"),
    make("ul", { class: "counts" }, thing.counts.map((count) => {
      const here = shown(count);
      const rest = count.drawn - here;
      return make("li", {},
        make("span", { class: "what" }, words(count.label), " ", make("span", { class: "muted" }, count.direction === "out" ? "→" : "←")),
        make("span", { class: "how" }, `${number(here)} of ${number(count.relations)}`),
        !alone && node && rest > 0
          ? button("Load", { step: `expand ${node.name} ${count.predicate.iri} ${count.direction}` }, { class: "choose", "aria-label": `Load ${count.label}, ${count.direction}: up to 20 of ${number(rest)} that are not shown` })
          : make("span", { class: "muted small" }, count.drawn ? "" : "not drawn"));
    })),
    !alone && node && thing.counts.length > 1 && make("p", { class: "acts small" }, "All of one direction: ",
      button("out →", { step: `expand ${node.name} all out` }, { class: "choose" }), " ", button("in ←", { step: `expand ${node.name} all in` }, { class: "choose" })),
    undrawn > 0 && make("p", { class: "small muted" }, `${plural(undrawn, "relation")} of kinds that are never drawn (side, publisher, office held) or to what is no node; `, link("its page", thing.page), " lists all."),
    ...claimList(thing.figures, thing.figure_count, plural(thing.figure_count, "figure"), thing.page),
    touching.length > 0 && make("h2", {}, `${plural(touching.length, "relation")} in this picture`),
    make("ul", { class: "edges" }, touching.slice(0, 100).map((edge) => {
      const out = edge.source === thing.id;
      const other = words(short(names.get(out ? edge.target : edge.source) || ""));
      const verb = button(short(edge.label), { edge: edge.id }, { class: "choose" });
      const sure = edge.status !== "asserted" ? [" ", chip(STATUSES[edge.status], edge.status)] : "";
      return make("li", {}, ...(out || !edge.directed ? [verb, " ", other] : [other, " ", verb]), sure);
    })),
    touching.length > 100 && make("p", { class: "small muted" }, `The first 100 of ${number(touching.length)}; the table lists all.`),
  ];
};

export const edgePanel = (relation, edge, graph) => {
  const parallel = graph.edges.filter((other) => other.id !== relation.id && [other.source, other.target].sort().join() === [edge.source, edge.target].sort().join());
  return [
    closer(),
    make("p", { class: "kind" }, "relation ", chip(STATUSES[relation.status] || relation.status, relation.status),
      edge.contested ? [" ", chip(`≠ ${plural(edge.contested, "claim")} in conflict`, "disputed")] : ""),
    make("div", { class: "between" }, button(short(relation.source.label), { node: relation.source.id }, { class: "choose" }),
      make("span", { class: "verb" }, words(short(relation.label))), button(short(relation.target.label), { node: relation.target.id }, { class: "choose" })),
    facts([...(relation.dates ? [["when", relation.dates]] : []), ...(relation.via ? [["event", link(relation.via.label, relation.via.href)]] : []),
      ["record", link("the relation’s page", relation.href)]]),
    ...claimList(relation.claims, relation.claim_count, `Rests on ${plural(relation.claim_count, "claim")}`, relation.href),
    ...(relation.sources.length ? [
      make("h2", {}, relation.sources.length === 1 ? "Source" : "Sources"),
      make("ul", { class: "edges" }, relation.sources.map((source) => make("li", {}, link(source.label, source.href)))),
    ] : []),
    !relation.claim_count && !relation.sources.length && make("p", { class: "small muted" }, "No source is given."),
    parallel.length > 0 && make("h2", {}, `${plural(parallel.length, "other relation")} between the two`),
    make("ul", { class: "edges" }, parallel.map((other) => make("li", {}, button(short(other.label), { edge: other.id }, { class: "choose" }),
      other.dates ? ` ${other.dates}` : "", other.status !== "asserted" ? [" ", chip(STATUSES[other.status], other.status)] : ""))),
  ];
};

export const severalPanel = (nodes) => [
  closer(),
  make("h2", { class: "name" }, `${plural(nodes.length, "thing")} chosen`),
  make("ul", { class: "edges" }, nodes.slice(0, 50).map((node) => make("li", {}, swatch(node.kind), " ", button(short(node.label), { node: node.id }, { class: "choose" })))),
  !alone && make("p", { class: "acts" },
    nodes.length === 2 ? button("Paths between the two", { between: JSON.stringify(nodes.map((node) => node.id)) }) : "",
    button("Hide them", { hide: JSON.stringify(nodes.map((node) => node.name)) })),
];

// the form that asks for paths, with what was found
export const pathsPanel = (graph, given, found, problem) => {
  const choice = (name, label) => make("p", { class: "field" }, make("label", { for: `path-${name}` }, label),
    make("select", { id: `path-${name}`, name }, make("option", { value: "" }, "choose a thing in the picture"),
      [...graph.nodes].sort((a, b) => a.label.localeCompare(b.label)).map((node) => make("option", { value: node.id, selected: given[name] === node.id }, short(node.label, 80)))));
  return [
    closer(),
    make("h2", { class: "name" }, "Paths"),
    make("p", { class: "small muted" }, "The shortest ways from one thing to another through the whole graph. States, outlets and the war join everything, so paths pass them by."),
    make("form", { id: "paths", class: "stacked" }, choice("from", "From"), choice("to", "To"),
      make("p", { class: "field pair" },
        make("label", { for: "path-k" }, "How many"), make("input", { id: "path-k", name: "k", type: "number", min: 1, max: 10, value: given.k || 3 }),
        make("label", { for: "path-length" }, "Relations at most"), make("input", { id: "path-length", name: "length", type: "number", min: 1, max: 6, value: given.length || 4 })),
      make("p", { class: "tick" }, make("input", { id: "path-through", name: "through", type: "checkbox", checked: Boolean(given.through) }), make("label", { for: "path-through" }, "Also through states, outlets and the war")),
      make("p", { class: "acts" }, make("button", { type: "submit" }, "Find paths"))),
    problem && make("p", { class: "note disputed", role: "alert" }, words(problem)),
    found && make("p", { class: "lead", id: "paths-found" }, found.paths.length ? `${plural(found.paths.length, "path")}${found.complete ? "" : ", perhaps not all"}` : `No path of at most ${plural(found.length, "relation")}.`),
    found && make("ol", { class: "paths" }, found.paths.map((path, index) => make("li", {},
      path.things.map((thing, at) => [
        make("p", { class: "stop" }, button(short(thing.label), { node: thing.iri }, { class: "choose" })),
        at < path.hops.length && make("ul", { class: "hop" }, path.hops[at].relations.map((edge) => make("li", {},
          make("span", { "aria-hidden": "true" }, !edge.directed ? "— " : edge.source === thing.iri ? "↓ " : "↑ "), button(short(edge.label), { edge: edge.id }, { class: "choose" }),
          make("span", { class: "muted" }, [edge.dates, edge.claims ? plural(edge.claims, "claim") : "a source"].filter(Boolean).map((part) => `, ${part}`).join("")),
          edge.status !== "asserted" ? [" ", chip(STATUSES[edge.status], edge.status)] : ""))),
      ]),
      index === found.paths.length - 1 && make("p", { class: "acts" }, button("Draw them all", { draw: "paths" }))))),
  ];
};
