// The explorer: one view at a time, a panel beside it, and the address that holds it.

import { make, plural, say, short } from "./elements.js";
import { View } from "./view.js";
import { Refused, alone, first, graphOf, pathsOf, relationOf, thingOf } from "./source.js";
import { Canvas } from "./canvas.js";
import { edgePanel, intro, nodePanel, pathsPanel, severalPanel } from "./panel.js";
import { chosenFilters, filtersPanel } from "./filters.js";
import { tables } from "./table.js";
import { combobox, within } from "./search.js";
import { copy, filesPanel, queryOf, save } from "./download.js";

const byId = (id) => document.getElementById(id);
const place = byId("picture"), panel = byId("panel"), table = byId("table"), busy = byId("busy");
let graph = first;
let view = View.of(first);
let chosen = { nodes: [], edges: [] };
let mode = "detail";
let asking = null;
let turn = 0;
let paths = { given: {}, found: null, problem: "" };
let at = 0, top = 0;

// ---- the canvas

const canvas = new Canvas(place, {
  node: (id, several) => (several && several.length > 1 ? choose(several, []) : choose([id], [])),
  edge: (id) => choose([], [id]),
  more: (more) => loadMore(more),
  none: () => choose([], []),
  open: (id) => { const node = node_(id); if (node && !alone) step(`expand ${node.name} all both`); },
  moved: (moved) => {
    let next = view;
    for (const [id, x, y] of moved) { const node = node_(id); if (node) next = next.put(node.name, x, y); }
    if (!alone) go(next);
  },
});
// a file of its own has nothing more to load, and its panel says so
const loadMore = (more) => { if (alone) choose([more.node], []); else step(more.step); };
const node_ = (id) => graph.nodes.find((node) => node.id === id);
const edge_ = (id) => graph.edges.find((edge) => edge.id === id);

// ---- panels

const show = (parts) => {
  const before = panel.scrollTop;
  // what is drawn anew keeps the focus, and what was opened or closed by hand
  const focused = panel.contains(document.activeElement) ? document.activeElement.id : "";
  const facets = new Map([...panel.querySelectorAll("details[data-name]")].map((facet) => [facet.dataset.name, facet.open]));
  panel.hidden = false;
  panel.replaceChildren(...parts.flat().filter(Boolean));
  for (const facet of panel.querySelectorAll("details[data-name]")) facet.open = facets.get(facet.dataset.name) ?? facet.open;
  if (focused) byId(focused)?.focus({ preventScroll: true });
  return before;
};
const press = () => {
  for (const button of document.querySelectorAll(".bar [data-mode]")) button.setAttribute("aria-pressed", String(button.dataset.mode === mode));
  panel.setAttribute("aria-label", { detail: "Details", filters: "Filter", paths: "Paths", files: "Download" }[mode]);
};

const draw = async (top_ = true) => {
  const mine = (turn += 1);
  press();
  let before = 0;
  if (mode === "filters") before = show(filtersPanel(graph));
  else if (mode === "files") { before = show(filesPanel(view)); if (!alone) queryOf(view).then((text) => { const run = byId("run-sparql"); if (run) run.href = `/sparql?${new URLSearchParams({ query: text })}`; }).catch(() => {}); }
  else if (mode === "paths") before = show(pathsPanel(graph, paths.given, paths.found, paths.problem));
  else if (chosen.nodes.length > 1) before = show(severalPanel(chosen.nodes.map(node_).filter(Boolean)));
  else if (chosen.nodes.length || chosen.edges.length) {
    try {
      if (chosen.nodes.length) {
        const thing = await thingOf(chosen.nodes[0]);
        if (mine !== turn) return;
        before = show(thing ? nodePanel(thing, node_(chosen.nodes[0]), graph) : [make("p", { class: "small" }, `${short(node_(chosen.nodes[0]).label)}: this file says no more of it.`)]);
      } else {
        const relation = await relationOf(chosen.edges[0]);
        if (mine !== turn) return;
        const edge = edge_(chosen.edges[0]) || { source: relation && relation.source.id, target: relation && relation.target.id };
        before = show(relation ? edgePanel(relation, edge, graph) : [make("p", { class: "small" }, "This file does not hold what the line rests on.")]);
      }
    } catch (error) {
      if (mine === turn) show([make("p", { class: "note disputed", role: "alert" }, error.message)]);
    }
  } else before = show(intro(graph));
  panel.scrollTop = top_ ? 0 : before;
};

const choose = (nodes, edges, byKey = false) => {
  chosen = { nodes, edges };
  if (nodes.length || edges.length) mode = "detail";
  canvas.choose(nodes, edges);
  draw().then(() => { if (byKey) { panel.focus({ preventScroll: true }); panel.scrollIntoView({ block: "nearest" }); } });
  if (nodes.length === 1) {
    const node = node_(nodes[0]);
    if (node) say(`${short(node.label, 200)}, ${node.kind}, ${plural(node.shown, "relation")} shown of ${node.relations}`);
  }
};

const turnTo = (next) => { mode = next; draw(); };

// ---- the view

const title = byId("picture");
const put = (next, refit) => {
  const old = new Set(graph.nodes.map((node) => node.id));
  graph = next;
  view = View.of(next);
  const fresh = canvas.set(graph);
  chosen = { nodes: chosen.nodes.filter(node_), edges: chosen.edges.filter(edge_) };
  canvas.choose(chosen.nodes, chosen.edges);
  if (refit || (fresh.length && !canvas.shows(fresh))) canvas.fit(old.size > 0);
  title.setAttribute("aria-label", `Picture of ${plural(graph.nodes.length, "thing")} and ${plural(graph.edges.length, "relation")}. Arrow keys go from thing to thing, Enter chooses, E expands, T shows the same as a table.`);
  if (!table.hidden) table.replaceChildren(...tables(graph).filter(Boolean));
  draw(false);
  buttons();
  const gone = [...old].filter((id) => !node_(id)).length, come = graph.nodes.filter((node) => !old.has(node.id)).length;
  say([come ? `${plural(come, "thing")} added` : "", gone ? `${plural(gone, "thing")} gone` : "", `${plural(graph.nodes.length, "thing")}, ${plural(graph.edges.length, "relation")}`, ...graph.notes].filter(Boolean).join(". "));
};

const go = async (next, { push = true, refit = false } = {}) => {
  if (asking) asking.abort();
  const mine = (asking = new AbortController());
  busy.hidden = false;
  let found;
  try {
    found = await graphOf(next, mine.signal);
  } catch (error) {
    if (error.name === "AbortError") return;
    say(error.message);
    show([make("p", { class: "note disputed", role: "alert" }, error instanceof Refused ? error.message : "The server could not be reached; nothing has changed.")]);
    return;
  } finally {
    if (asking === mine) { asking = null; busy.hidden = true; }
  }
  if (mine.signal.aborted) return;
  const wasEmpty = !graph.nodes.length;
  if (push) {
    at += 1;
    top = at;
    history.pushState({ at, query: View.of(found).query }, "", `/explore?${View.of(found).query}`);
  }
  if (wasEmpty && found.nodes.length) { document.querySelector(".start")?.remove(); place.hidden = false; document.body.classList.remove("empty"); document.querySelector(".bar").hidden = false; canvas.network.redraw(); }
  put(found, refit || wasEmpty);
};
const step = (text) => go(view.then(text));

const buttons = () => {
  const undo = document.querySelector('[data-do="undo"]'), redo = document.querySelector('[data-do="redo"]');
  if (undo) { undo.disabled = at <= 0; redo.disabled = at >= top; }
};
window.addEventListener("popstate", (event) => {
  if (!event.state) return;
  at = event.state.at;
  go(View.read(event.state.query), { push: false });
});

// ---- tools and keys

const act = {
  undo: () => { if (at > 0) history.back(); },
  redo: () => { if (at < top) history.forward(); },
  in: () => canvas.zoom(1.35),
  out: () => canvas.zoom(1 / 1.35),
  fit: () => canvas.fit(true),
  arrange: () => go(view.then("arrange"), { refit: true }),
  physics: (button) => {
    const on = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(on));
    canvas.physics(on);
  },
  table: () => {
    const on = table.hidden;
    table.hidden = !on;
    place.hidden = on;
    document.querySelector('[data-do="table"]').setAttribute("aria-pressed", String(on));
    if (on) { table.replaceChildren(...tables(graph).filter(Boolean)); table.focus(); } else { canvas.network.redraw(); canvas.fit(); }
  },
  clear: () => go(new View(view.starts, view.steps, {})),
  link: () => copy(`${location.origin}/explore?${view.query}`, "The link"),
  sparql: async () => {
    try { await copy(await queryOf(view), "The query"); } catch (error) { say(error.message); }
  },
  png: () => canvas.image((blob) => save(blob, "sitrep-picture.png")),
};

const pin = (id) => { const node = node_(id); go(view.put(node.name, ...canvas.placed(id))); };
const hide = (names) => go(names.reduce((next, name) => next.then(`hide ${name}`), view));

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("button") : null;
  if (!button) return;
  const { dataset } = button;
  if (dataset.do) act[dataset.do](button);
  else if (dataset.mode) turnTo(dataset.mode);
  else if (dataset.step) step(dataset.step);
  else if (dataset.free) go(view.free(dataset.free));
  else if (dataset.pin) pin(dataset.pin);
  else if (dataset.hide) hide(JSON.parse(dataset.hide));
  else if (dataset.from) { paths = { given: { ...paths.given, from: dataset.from }, found: null, problem: "" }; turnTo("paths"); }
  else if (dataset.between) { const [from, to] = JSON.parse(dataset.between); paths = { given: { ...paths.given, from, to }, found: null, problem: "" }; turnTo("paths"); seek(); }
  else if (dataset.draw) drawPaths();
  else if (dataset.node) reach("node", dataset.node);
  else if (dataset.edge) reach("edge", dataset.edge);
  else if (button.classList.contains("close")) { mode = "detail"; choose([], [], true); place.focus({ preventScroll: true }); }
  else if (button.textContent === "Clear filters") act.clear();
});

const reach = (kind, id) => {
  if (kind === "node" && node_(id) && table.hidden) canvas.see(id);
  if (kind === "node") choose([id], [], true); else choose([], [id], true);
};

panel.addEventListener("change", (event) => {
  const form = event.target.closest("#filters");
  if (form) go(view.with(chosenFilters(form)));
});
panel.addEventListener("input", (event) => {
  const range = event.target.closest('input[type="range"]');
  if (!range) return;
  const { months } = range.closest(".period");
  range.setAttribute("aria-valuetext", months[range.value]);
  range.previousElementSibling.querySelector("output").textContent = months[range.value];
});
panel.addEventListener("submit", (event) => {
  if (event.target.id !== "paths") return;
  event.preventDefault();
  const form = new FormData(event.target);
  paths.given = { from: form.get("from"), to: form.get("to"), k: form.get("k"), length: form.get("length"), ...(form.get("through") ? { through: "true" } : {}) };
  seek();
});
const seek = async () => {
  const { from, to } = paths.given;
  paths.found = null;
  paths.problem = from && to ? "" : "Choose both ends among the things in the picture; find and add one that is not there.";
  if (!paths.problem) {
    busy.hidden = false;
    try { paths.found = await pathsOf(paths.given); } catch (error) { paths.problem = error.message; }
    busy.hidden = true;
  }
  if (mode === "paths") draw();
  if (paths.found) say(paths.found.paths.length ? `${plural(paths.found.paths.length, "path")} found` : "No path found");
};
const drawPaths = () => {
  const { from, to, k = 3, length = 4, through } = paths.given;
  const name = (id) => node_(id)?.name || id;
  step(`paths ${name(from)} ${name(to)} ${k} ${length}${through ? " through" : ""}`);
};

const keys = {
  "+": act.in, "=": act.in, "-": act.out, 0: act.fit, t: act.table,
  e: (id) => { const node = node_(id); if (node && !alone) step(`expand ${node.name} all both`); },
  c: (id) => { const node = node_(id); if (node && !alone) step(`collapse ${node.name}`); },
  p: (id) => { const node = node_(id); if (node && !alone) { if (node.pinned) go(view.free(node.name)); else pin(id); } },
  Delete: (id) => { const node = node_(id); if (node && !alone) step(`hide ${node.name}`); },
};
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
let current = null;
place.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (ARROWS[event.key] && canvas.nodes.size) {
    event.preventDefault();
    const here = current && canvas.nodes.has(current) ? current : chosen.nodes[0];
    current = here ? canvas.towards(here, ...ARROWS[event.key]) || here : canvas.order[0].id;
    canvas.network.selectNodes([current], false);
    if (!canvas.shows([current])) canvas.see(current);
    const node = canvas.nodes.get(current);
    say(node.kind === "more" ? alone ? `${node.label}, not in this file` : `${node.label}: Enter loads the next` : `${short(node.label, 200)}, ${node.kind}, ${plural(node.shown, "relation")} shown of ${node.relations}`);
  } else if (event.key === "Enter" && current && canvas.nodes.has(current)) {
    event.preventDefault();
    const node = canvas.nodes.get(current);
    if (node.kind === "more") loadMore(node); else choose([current], [], true);
  } else if (keys[event.key]) {
    event.preventDefault();
    keys[event.key](current && canvas.nodes.has(current) ? current : chosen.nodes[0]);
  }
});
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented) return;  // the picture has answered it
  const typing = event.target instanceof Element && event.target.closest("input, textarea, select");
  if (event.key === "Escape" && !typing && (chosen.nodes.length || chosen.edges.length || mode !== "detail")) { mode = "detail"; choose([], []); place.focus({ preventScroll: true }); }
  else if ((event.ctrlKey || event.metaKey) && !typing && event.key.toLowerCase() === "z" && !alone) { event.preventDefault(); if (event.shiftKey) act.redo(); else act.undo(); }
  else if ((event.ctrlKey || event.metaKey) && !typing && event.key.toLowerCase() === "y" && !alone) { event.preventDefault(); act.redo(); }
  else if (event.key === "t" && !typing && !table.hidden && !event.ctrlKey && !event.metaKey) { act.table(); place.focus(); }
});

// ---- finding

if (!alone) {
  const take = (hit) => { if (hit) step(`show ${hit.id || hit.iri}`).then(() => { if (node_(hit.iri)) choose([hit.iri], []); }); };
  combobox(byId("find"), byId("found"), take);
}
byId("within").addEventListener("input", (event) => {
  const found = within(graph, event.target.value);
  canvas.choose(found.map((node) => node.id), []);
  if (!event.target.value.trim()) { canvas.choose(chosen.nodes, chosen.edges); return; }
  say(found.length ? `${plural(found.length, "thing")} in the picture` : "Nothing in the picture is called so.");
});
byId("within").addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  const [found] = within(graph, event.target.value);
  if (found) { event.target.value = ""; reach("node", found.id); }
});

// ---- begin

const begin = performance.now();
at = history.state?.at ?? 0;
top = at;
if (!alone) history.replaceState({ at, query: view.query }, "");
if (graph.nodes.length) {
  document.querySelector(".bar").hidden = false;
  canvas.set(graph);
  canvas.fit();
  draw();
  buttons();
  let width = place.clientWidth;
  new ResizeObserver(() => { if (Math.abs(place.clientWidth - width) > 60) { width = place.clientWidth; canvas.fit(); } }).observe(place);
}
canvas.network.once("afterDrawing", () => { place.dataset.drawn = String(Math.round(performance.now() - begin)); });
requestAnimationFrame(() => { canvas.fit(); place.dataset.ready = "true"; });

// For tests and for scripts: where things stand on the screen, and a way to choose them.
window.sitrepPicture = {
  canvas,
  network: canvas.network,
  choose,
  step,
  graph: () => graph,
  pointOfNode: (id) => canvas.network.canvasToDOM(canvas.network.getPosition(id)),
  pointOfEdge: (id) => canvas.network.canvasToDOM(canvas.middle(canvas.edges.get(id))),
};
