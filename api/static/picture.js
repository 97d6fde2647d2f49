// Draws the page's own data with vis-network, and shows in the panel what a chosen node or edge rests on.
// Whatever comes from the graph goes into the page as text, never as markup.
(() => {
  "use strict";
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const place = document.getElementById("picture");
  if (!place) return;
  const drawn = read("network");
  const facts = read("facts");
  const detail = document.getElementById("detail");
  const intro = document.getElementById("intro");
  const panel = document.getElementById("panel");
  const narrow = window.matchMedia("(max-width: 52rem)");
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  const GROUPS = ["person", "organization", "state", "place", "weapon", "event", "topic"];
  const DASHES = { hedged: [7, 6], disputed: [11, 4, 2, 4] };

  // ---- small makers

  const make = (tag, properties = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (name === "class") element.className = value;
      else if (name.startsWith("data-") || name.startsWith("aria-")) element.setAttribute(name, value);
      else element[name] = value;
    }
    element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
    return element;
  };
  const text = (words) => make("bdi", {}, words);
  const link = (words, href) => (/^https?:\/\/|^\//.test(href || "") ? make("a", { href }, text(words)) : text(words));
  const plural = (count, word) => `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;
  const swatch = (group) => {
    const found = document.querySelector(`.swatch.${group}`);
    return found ? found.cloneNode(true) : "";
  };
  const joined = (parts, by = ", ") => parts.flatMap((part, index) => (index ? [by, part] : [part]));

  // ---- the picture

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const mixed = (name, part) => {
    const [r, g, b] = [1, 3, 5].map((at) => parseInt(colour(name).slice(at, at + 2), 16));
    return `rgba(${r},${g},${b},${part})`;
  };
  let chosen = { nodes: null, edges: null };  // what stays bright; null: all

  // A node is a card: the sign of its kind, its name, its second line. vis-network's own shapes hang the name below,
  // where edges cross it.
  const SIGNS = {
    person: "M-9 0a9 9 0 1 0 18 0a9 9 0 1 0-18 0Z",
    organization: "M-8.5-8.5H8.5V8.5H-8.5Z",
    state: "M10 0 5 8.7H-5L-10 0-5-8.7H5Z",
    place: "M-10-8H10L0 9Z",
    weapon: "M0-10.5 10.5 0 0 10.5-10.5 0Z",
    event: "M0-11 2.8-3.6 10.5-3.4 4.4 1.4 6.5 8.9 0 4.6-6.5 8.9-4.4 1.4-10.5-3.4-2.8-3.6Z",
    topic: "M0-9 10 8H-10Z",
  };
  const sizes = new Map();
  const byEdge = new Map(drawn.edges.map((edge) => [edge.id, edge]));
  const byId = new Map(drawn.nodes.map((node) => [node.id, node]));
  const NAME = 18, SECOND = 15.5, SIDE = 11, SIGN = 17, GAP = 9, ENDS = 8;
  const fonts = (node) => [`${node.centre ? 600 : 500} 14px ${colour("sans")}`, `12px ${colour("sans")}`];
  const card = ({ ctx, id, x, y, state: { selected, hover } }) => {
    const node = byId.get(id);
    const bright = !chosen.nodes || chosen.nodes.has(id);
    const [nameFont, secondFont] = fonts(node);
    const wide = (font, lines) => { ctx.font = font; return Math.max(0, ...lines.map((line) => ctx.measureText(line).width)); };
    const words = Math.max(wide(nameFont, node.name), wide(secondFont, node.second));
    const width = SIDE + SIGN + GAP + words + SIDE + 1;
    const height = node.name.length * NAME + node.second.length * SECOND + 2 * ENDS;
    sizes.set(id, { width, height });
    return {
      nodeDimensions: { width, height },
      drawNode: () => {
        const group = colour(node.group);
        const paper = colour("paper");
        ctx.globalAlpha = 1;
        ctx.fillStyle = paper;  // an edge behind a faded card must not show through it
        ctx.beginPath();
        ctx.roundRect(x - width / 2, y - height / 2, width, height, 5);
        ctx.fill();
        ctx.globalAlpha = bright ? 1 : 0.3;
        ctx.fillStyle = node.centre ? group : colour("card");
        ctx.fill();
        ctx.lineWidth = selected ? 3 : hover ? 2.4 : 1.4;
        ctx.strokeStyle = selected ? colour("focus") : group;
        ctx.stroke();
        ctx.save();
        ctx.translate(x - width / 2 + SIDE + SIGN / 2, y);
        ctx.scale(SIGN / 22, SIGN / 22);
        ctx.fillStyle = node.centre ? paper : group;
        ctx.fill(new Path2D(SIGNS[node.group]));
        ctx.restore();
        ctx.textAlign = "left";
        ctx.textBaseline = "middle";
        const left = x - width / 2 + SIDE + SIGN + GAP;
        let at = y - height / 2 + ENDS;
        const write = (lines, font, fill, step) => {
          ctx.font = font;
          ctx.fillStyle = fill;
          for (const line of lines) { ctx.fillText(line, left, at + step / 2 + 0.5); at += step; }
        };
        write(node.name, nameFont, node.centre ? paper : colour("ink"), NAME);
        write(node.second, secondFont, node.centre ? paper : colour("muted"), SECOND);
        ctx.globalAlpha = 1;
      },
    };
  };
  const dressedNode = (node) => ({ id: node.id, shape: "custom", ctxRenderer: card });
  const dressedEdge = (edge) => {
    const bright = !chosen.edges || chosen.edges.has(edge.id);
    const name = edge.status === "asserted" ? "line" : edge.status;
    const width = Math.min(4, 1.4 + 0.8 * Math.log2(Math.max(1, edge.claims)) / 2) + (edge.status === "disputed" ? 0.6 : 0);
    return {
      id: edge.id,
      label: undefined,  // drawn below, where vis-network would put it under a card
      width,
      dashes: DASHES[edge.status] || false,
      color: { color: mixed(name, bright ? 1 : 0.22), highlight: colour("focus"), hover: colour("ink") },
    };
  };
  // The label of an edge stands in the middle of the part that no card hides.
  const inside = (at, id) => {
    const { x, y } = network.getPosition(id), { width, height } = sizes.get(id) || { width: 0, height: 0 };
    return Math.abs(at.x - x) <= width / 2 && Math.abs(at.y - y) <= height / 2;
  };
  const middle = (edge) => {
    const curve = network.body.edges[edge.id].edgeType;
    const open = [];
    for (let step = 0; step <= 40; step += 1) {
      const at = curve.getPoint(step / 40);
      if (!inside(at, edge.from) && !inside(at, edge.to)) open.push(at);
    }
    return open[Math.floor(open.length / 2)] || curve.getPoint(0.5);
  };
  const labels = (ctx) => {
    const step = 14.5;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.font = `12px ${colour("sans")}`;
    for (const edge of drawn.edges) {
      const bright = !chosen.edges || chosen.edges.has(edge.id);
      if (!facts.edgeLabels && !(chosen.edges && bright)) continue;
      const { x, y } = middle(edge);
      const lines = [...edge.words, ...edge.note];
      const width = Math.max(...lines.map((line) => ctx.measureText(line).width)) + 6;
      const top = y - (lines.length * step) / 2;
      ctx.globalAlpha = 1;
      ctx.fillStyle = colour("paper");
      ctx.fillRect(x - width / 2, top, width, lines.length * step);
      ctx.globalAlpha = bright ? 1 : 0.3;
      lines.forEach((line, index) => {
        const own = edge.status === "asserted" ? "ink" : edge.status;
        ctx.fillStyle = colour(index < edge.words.length ? own : "muted");
        ctx.fillText(line, x, top + (index + 0.5) * step);
      });
      ctx.globalAlpha = 1;
    }
  };
  const placed = (node) => {
    const { tall, ...rest } = node;
    return narrow.matches ? { ...rest, x: tall[0], y: tall[1] } : rest;
  };

  const nodes = new vis.DataSet(drawn.nodes.map((node) => ({ ...placed(node), ...dressedNode(node) })));
  const edges = new vis.DataSet(drawn.edges.map((edge) => ({ ...edge, ...dressedEdge(edge) })));
  const network = new vis.Network(place, { nodes, edges }, {
    autoResize: true,
    physics: { enabled: drawn.physics, solver: "forceAtlas2Based", forceAtlas2Based: { springLength: 170, avoidOverlap: 0.6 } },
    layout: { improvedLayout: false, randomSeed: 1 },
    groups: Object.fromEntries(GROUPS.map((group) => [group, {}])),
    nodes: { labelHighlightBold: false },
    edges: { selectionWidth: 1, hoverWidth: 0.6, labelHighlightBold: false, arrowStrikethrough: false, arrows: { to: { scaleFactor: 0.62 } }, endPointOffset: { to: 2 } },
    interaction: { hover: true, tooltipDelay: 180, multiselect: false, hideEdgesOnDrag: drawn.nodes.length > 120, zoomSpeed: 0.6 },
  });
  const dress = () => {
    edges.update(drawn.edges.map(dressedEdge));
    network.redraw();
  };
  const smallest = () => (narrow.matches ? 0.5 : 0.35);
  network.on("afterDrawing", labels);
  network.redraw();  // cards have their size only once they were drawn; edges end at it from then on
  const fit = (animated) => {
    // vis-network's own fit does not know the size of cards.
    const boxes = drawn.nodes.map((node) => ({ ...network.getPosition(node.id), ...(sizes.get(node.id) || { width: 120, height: 40 }) }));
    const left = Math.min(...boxes.map((box) => box.x - box.width / 2));
    const right = Math.max(...boxes.map((box) => box.x + box.width / 2));
    const top = Math.min(...boxes.map((box) => box.y - box.height / 2));
    const bottom = Math.max(...boxes.map((box) => box.y + box.height / 2));
    const margin = narrow.matches ? 12 : 36;
    const whole = Math.min((place.clientWidth - 2 * margin) / (right - left), (place.clientHeight - 2 * margin) / (bottom - top));
    const scale = Math.max(smallest(), Math.min(1.25, whole));
    const position = whole < smallest() ? network.getPosition(facts.centre) : { x: (left + right) / 2, y: (top + bottom) / 2 };
    network.moveTo({ scale, position, animation: animated && !still.matches ? { duration: 250 } : false });
  };
  fit(false);
  dark.addEventListener("change", dress);
  narrow.addEventListener("change", () => {
    nodes.update(drawn.nodes.map((node) => { const { id, x, y } = placed(node); return { id, x, y }; }));
    fit(false);
  });

  // ---- the panel

  const said = (iri) => {
    const claim = facts.claims[iri];
    const item = make("li", {}, make("p", { class: "said" }, link(claim.label, claim.href)));
    const about = [
      make("span", { class: "chip" }, claim.kind),
      claim.contested ? make("span", { class: "chip disputed" }, "contested") : "",
      ...joined(claim.who.map((who) => link(who.label, who.href))),
      claim.said ? `, ${claim.said}` : "",
      ...(claim.channel ? [", ", link(claim.channel.label, claim.channel.href)] : []),
    ];
    item.append(make("p", { class: "meta" }, ...about));
    for (const document of claim.documents) {
      item.append(make("p", { class: "meta" }, "In ", link(document.label, document.href),
        ...(document.url ? [" (", link("original", document.url), ")"] : []),
        make("span", { class: "places" }, document.places.join("; "))));
    }
    return item;
  };
  const claimList = (iris, count, heading, more) => {
    if (!iris.length) return [];
    const rest = count - iris.length;
    return [
      make("h2", {}, heading),
      make("ul", { class: "claims" }, ...iris.map(said)),
      rest > 0 ? make("p", { class: "small muted" }, `And ${rest.toLocaleString("en")} more: `, link("all on its page", more), ".") : "",
    ];
  };
  const chooser = (words, kind, id) => make("button", { type: "button", class: "choose", [`data-${kind}`]: id }, text(words));
  const closer = () => make("button", { type: "button", class: "close", "aria-label": "Close the details", title: "Close" }, "×");

  const nodeDetail = (id) => {
    const node = facts.nodes[id];
    const rows = [...(node.dates ? [{ label: "when", value: node.dates }] : []), ...node.facts];
    const touching = drawn.edges.filter((edge) => edge.from === id || edge.to === id);
    return [
      closer(),
      make("p", { class: "kind" }, swatch(node.group), text(node.kind)),
      make("h2", { class: "name", dir: "auto" }, node.label),
      node.description ? make("p", { class: "small" }, text(node.description)) : "",
      make("p", { class: "go" }, node.page ? make("a", { href: node.page }, "Its page") : "",
        node.picture && id !== facts.centre ? make("a", { href: node.picture }, "Its own picture") : ""),
      rows.length ? make("dl", { class: "facts" }, ...rows.flatMap((fact) => [make("dt", {}, fact.label), make("dd", {}, fact.href ? link(fact.value, fact.href) : text(fact.value))])) : "",
      ...claimList(node.figures, node.figureCount, node.figureCount === 1 ? "1 figure" : `${node.figureCount} figures`, node.page),
      make("h2", {}, plural(touching.length, "relation") + " in this picture"),
      make("ul", { class: "edges" }, ...touching.map((edge) => {
        const line = facts.edges[edge.id];
        const out = line.from === id;
        const other = facts.nodes[out ? line.to : line.from].label;
        return make("li", {}, ...(out || !line.directed
          ? [chooser(line.title, "edge", edge.id), " ", text(other)]
          : [text(other), " ", chooser(line.title, "edge", edge.id)]));
      })),
      make("p", { class: "small muted hidden-relations" }, node.hidden
        ? `${plural(node.hidden, "relation")} not drawn here.` : "All of its relations are drawn here."),
    ];
  };
  const edgeDetail = (id) => {
    const edge = facts.edges[id];
    const rows = [
      ...(edge.dates ? [make("dt", {}, "when"), make("dd", {}, edge.dates)] : []),
      ...edge.via.flatMap((event) => [make("dt", {}, "event"), make("dd", {}, link(event.label, event.href))]),
    ];
    return [
      closer(),
      make("p", { class: "kind" }, "relation ", make("span", { class: `chip ${edge.status}` }, edge.statusWords)),
      make("div", { class: "between" }, chooser(facts.nodes[edge.from].label, "node", edge.from),
        make("span", { class: "verb" }, text(edge.title)), chooser(facts.nodes[edge.to].label, "node", edge.to)),
      rows.length ? make("dl", { class: "facts" }, ...rows) : "",
      ...claimList(edge.claims, edge.claimCount, `Rests on ${plural(edge.claimCount, "claim")}`, facts.nodes[edge.from].page),
      ...(edge.sources.length ? [
        make("h2", {}, edge.sources.length === 1 ? "Source" : "Sources"),
        make("ul", { class: "edges" }, ...edge.sources.map((source) => make("li", {}, link(source.label, source.href)))),
      ] : []),
      ...(edge.claimCount || edge.sources.length ? [] : [make("p", { class: "small muted" }, "No source is given.")]),
    ];
  };
  const show = (parts) => {
    detail.replaceChildren(...parts.filter((part) => part !== ""));
    detail.hidden = !parts.length;
    intro.hidden = Boolean(parts.length);
    panel.scrollTop = 0;
  };

  const choose = (kind, id, byKey = false) => {
    if (kind === "node") {
      const near = network.getConnectedEdges(id);
      chosen = { nodes: new Set([id, ...network.getConnectedNodes(id)]), edges: new Set(near) };
      network.selectNodes([id], false);
      show(nodeDetail(id));
    } else if (kind === "edge") {
      chosen = { nodes: new Set([facts.edges[id].from, facts.edges[id].to]), edges: new Set([id]) };
      network.selectEdges([id]);
      show(edgeDetail(id));
    } else {
      chosen = { nodes: null, edges: null };
      network.unselectAll();
      show([]);
    }
    dress();
    if (byKey) { panel.focus({ preventScroll: true }); panel.scrollIntoView({ block: "nearest" }); }
  };
  network.on("click", (event) => {
    if (event.nodes.length) choose("node", event.nodes[0]);
    else if (event.edges.length) choose("edge", event.edges[0]);
    else choose(null);
  });
  network.on("doubleClick", (event) => {
    const node = event.nodes.length ? facts.nodes[event.nodes[0]] : null;
    if (node && node.picture && event.nodes[0] !== facts.centre) window.location.assign(node.picture);
  });
  network.on("hoverNode", () => { place.style.cursor = "pointer"; });
  network.on("hoverEdge", () => { place.style.cursor = "pointer"; });
  network.on("blurNode", () => { place.style.cursor = ""; });
  network.on("blurEdge", () => { place.style.cursor = ""; });
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (!button) return;
    if (button.dataset.node) choose("node", button.dataset.node, true);
    else if (button.dataset.edge) choose("edge", button.dataset.edge, true);
    else if (button.classList.contains("close")) choose(null, null, true);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !detail.hidden) choose(null, null, true);
  });

  // ---- tools

  const tools = document.querySelector(".tools");
  tools.hidden = false;
  tools.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (!button) return;
    const animation = still.matches ? false : { duration: 200 };
    if (button.dataset.do === "in") network.moveTo({ scale: network.getScale() * 1.3, animation });
    else if (button.dataset.do === "out") network.moveTo({ scale: network.getScale() / 1.3, animation });
    else if (button.dataset.do === "fit") fit(true);
    else if (button.dataset.do === "physics") {
      const on = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(on));
      network.setOptions({ physics: { enabled: on } });
    }
  });

  // For tests and for scripts: where things stand on the screen, and a way to choose them.
  window.sitrepPicture = {
    network,
    choose,
    pointOfNode: (id) => network.canvasToDOM(network.getPosition(id)),
    pointOfEdge: (id) => network.canvasToDOM(middle(byEdge.get(id))),
  };
  place.dataset.ready = "true";
})();
