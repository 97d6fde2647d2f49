// The picture itself, on vis-network: cards when near, signs with as many names as fit when far.

import { SIGNS } from "./elements.js";
import { alone } from "./source.js";

const FAR = 0.8;  // below this scale a card could not be read
const DASHES = { hedged: [7, 6], disputed: [11, 4, 2, 4], estimate: [2, 5] };
const SMALL = 0.4;  // below this scale a sign of conflict is a dot
const LINE = 18, SECOND = 15.5, SIDE = 11, SIGN = 17, GAP = 9, ENDS = 8;
const COLOURS = ["paper", "card", "ink", "muted", "line", "hedged", "disputed", "focus", "sans", ...Object.keys(SIGNS)];
const STEPS = 24;  // by which a line is felt along
const REST = 30;  // what words leave free of a line at each end
const TALLEST = 2.4;  // by how much a picture is drawn higher at most
const BRIM = 34, rim = (place) => (place.clientWidth < 500 ? 62 : 84);  // room for the names of what stands outmost
const still = window.matchMedia("(prefers-reduced-motion: reduce)");

export const look = (edge) => (edge.status !== "asserted" ? edge.status : edge.claims && edge.estimates === edge.claims ? "estimate" : "asserted");

// Boxes by the cells of a grid that they touch, so that what lies under a box is found without looking at all of them.
class Boxes {
  constructor(side) { this.side = side; this.cells = new Map(); }

  touched([x, y, width, height]) {
    const cells = [], { side } = this;
    for (let i = Math.floor(x / side); i <= Math.floor((x + width) / side); i += 1) {
      for (let j = Math.floor(y / side); j <= Math.floor((y + height) / side); j += 1) cells.push(i * 1e6 + j);
    }
    return cells;
  }

  push(box) {
    for (const cell of this.touched(box)) {
      if (!this.cells.has(cell)) this.cells.set(cell, []);
      this.cells.get(cell).push(box);
    }
  }

  free(x, y, width, height) {
    return this.touched([x, y, width, height]).every((cell) => (this.cells.get(cell) || []).every(([a, b, c, d]) => x + width <= a || x >= a + c || y + height <= b || y >= b + d));
  }
}

// a name in two lines, of which the second is its dates, if it has any; what it leaves out, also before, is an ellipsis
const brief = ({ lines, second }, skip = 0) => {
  if (lines.length < 3 && !skip) return lines;
  const rest = lines.slice(skip), text = rest.slice(0, second ? 1 : 2);
  if (skip) text[0] = `… ${text[0]}`;
  if (rest.length > text.length) text[text.length - 1] += " …";
  return second ? [...text, second] : text;
};

// names in two lines, by node; those that would read the same go on with what follows
export const briefs = (nodes) => {
  const found = new Map(nodes.map((node) => [node.id, brief(node)]));
  for (const skip of [1, 2]) {
    const wholes = new Map();  // the different names behind each text
    const text = (node) => found.get(node.id).join("\n");
    for (const node of nodes) wholes.set(text(node), (wholes.get(text(node)) || new Set()).add(node.lines.join("\n")));
    const alike = nodes.filter((node) => node.lines.length > skip && wholes.get(text(node)).size > 1);
    for (const node of alike) found.set(node.id, brief(node, skip));
  }
  return found;
};

export class Canvas {
  // `on` is told what was chosen: node(id), edge(id), more(step), none(), moved([[id, x, y]])
  constructor(place, on) {
    this.place = place;
    this.on = on;
    this.nodes = new Map();
    this.edges = new Map();
    this.bright = null;  // null: all; else { nodes, edges }
    this.sizes = new Map();
    this.widths = new Map();
    this.rest = Promise.resolve();
    this.goal = null;  // where the camera is going
    this.stretch = 1;  // of lines, so that they are seen from far
    this.tall = 1;  // how much higher the picture is drawn than the server has it
    this.colours();
    this.data = { nodes: new vis.DataSet(), edges: new vis.DataSet() };
    this.network = new vis.Network(place, this.data, {
      autoResize: true,
      physics: { enabled: false, solver: "forceAtlas2Based", forceAtlas2Based: { springLength: 170, avoidOverlap: 0.6 } },
      layout: { improvedLayout: false, randomSeed: 1 },
      nodes: { shape: "custom", labelHighlightBold: false },
      edges: { selectionWidth: 1, hoverWidth: 0.6, labelHighlightBold: false, arrowStrikethrough: false, arrows: { to: { scaleFactor: 0.62 } }, endPointOffset: { to: 2 } },
      interaction: { hover: true, tooltipDelay: 180, multiselect: true, zoomSpeed: 0.6, keyboard: false },
    });
    const frame = place.querySelector("div.vis-network");
    if (frame) frame.tabIndex = -1;
    const network = this.network;
    network.on("click", (event) => {
      const [node] = event.nodes;
      if (node !== undefined && String(node).startsWith("more ")) on.more(this.nodes.get(node));
      else if (event.nodes.length) on.node(node, event.event.srcEvent.ctrlKey || event.event.srcEvent.shiftKey ? event.nodes : null);
      else if (event.edges.length) on.edge(event.edges[0]);
      else on.none();
    });
    network.on("doubleClick", (event) => { if (event.nodes.length) on.open(event.nodes[0]); });
    network.on("dragEnd", (event) => {
      const moved = event.nodes.filter((id) => !String(id).startsWith("more "));
      if (moved.length && !this.moving) on.moved(moved.map((id) => [id, ...this.placed(id)]));
    });
    for (const [name, cursor] of [["hoverNode", "pointer"], ["hoverEdge", "pointer"], ["blurNode", ""], ["blurEdge", ""]]) {
      network.on(name, () => { place.style.cursor = cursor; });
    }
    network.on("afterDrawing", (ctx) => { this.labels(ctx); });
    network.on("zoom", () => { this.stretched(); });
    for (const name of ["pointerdown", "wheel"]) place.addEventListener(name, () => { this.stop(); this.hush(); }, { capture: true, passive: true });
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { this.colours(); this.dress(); });
  }

  colours() {
    const style = getComputedStyle(document.documentElement);
    this.colour = Object.fromEntries(COLOURS.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
  }

  mixed(name, part) {
    const [r, g, b] = [1, 3, 5].map((at) => parseInt(this.colour[name].slice(at, at + 2), 16));
    return `rgba(${r},${g},${b},${part})`;
  }

  // ---- what is in it

  set(graph) {
    this.hush();  // what it says of a thing may be old now
    const before = new Set(this.data.nodes.getIds());
    const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
    for (const more of graph.more) {
      const id = `more ${more.node} ${more.predicate ? more.predicate.iri : "all"} ${more.direction}`;
      nodes.set(id, { ...more, id, kind: "more", lines: [`+ ${more.rest.toLocaleString("en")} more`], second: "", label: `${more.rest.toLocaleString("en")} more` });
    }
    this.nodes = nodes;
    this.edges = new Map(graph.edges.map((edge) => [edge.id, edge]));
    this.sizes = new Map();
    // how strong a line among so many may be
    this.crowd = Math.max(0.16, Math.min(1, (300 / Math.max(1, graph.edges.length)) ** 0.55));
    this.most = Math.max(1, ...graph.nodes.map((node) => node.shown));
    this.order = [...nodes.values()].sort((a, b) => (b.start - a.start) || (b.shown || 0) - (a.shown || 0));
    this.briefs = briefs(this.order);
    this.gap = this.apart();
    const large = graph.nodes.length > 400;
    this.network.setOptions({ interaction: { hover: !large, hideEdgesOnDrag: graph.edges.length > 600, hideEdgesOnZoom: graph.edges.length > 600 } });
    const gone = [...before].filter((id) => !nodes.has(id));
    const lines = [...graph.edges.map((edge) => this.line(edge)), ...graph.more.map((more) => {
      const id = `more ${more.node} ${more.predicate ? more.predicate.iri : "all"} ${more.direction}`;
      return { id: `to ${id}`, from: more.node, to: id, arrows: "", dashes: [2, 4], color: { color: this.colour.line }, width: 1 };
    })];
    const kept = new Set(lines.map((line) => line.id));
    this.data.edges.remove(this.data.edges.getIds().filter((id) => !kept.has(id)));
    this.data.nodes.remove(gone);
    // the best connected last, so that they lie on top
    this.data.nodes.update([...this.order].reverse().map((node) => ({
      id: node.id, x: node.x, y: node.y * this.tall, ctxRenderer: this.card, title: this.tip(node), chosen: node.kind !== "more",
    })));
    this.data.edges.update(lines);
    return [...nodes.keys()].filter((id) => !before.has(id));
  }

  // how far the things stand from each other, as a rule
  apart() {
    const pen = (this.pen ||= document.createElement("canvas").getContext("2d"));
    const areas = [...this.nodes.values()].map((node) => this.measure(pen, node)).map(({ width, height }) => width * height).sort((a, b) => a - b);
    return Math.sqrt(areas[Math.floor(areas.length / 2)] || 1);
  }

  tip(node) {
    if (node.kind === "more") return alone ? `${node.label}, not in this file` : `${node.label}: click to load the next`;
    const cut = node.label.length > 300 ? `${node.label.slice(0, 300)}…` : node.label;
    return [cut, node.kind, node.dates, `${node.shown} of ${node.relations.toLocaleString("en")} relations shown`].filter(Boolean).join("\n");
  }

  line(edge) {
    const bright = !this.bright || this.bright.edges.has(edge.id);
    const how = look(edge);
    const name = how === "hedged" || how === "disputed" ? how : "line";
    return {
      id: edge.id, from: edge.source, to: edge.target,
      arrows: edge.directed ? "to" : "",
      title: [edge.label.slice(0, 300), edge.dates, edge.claims ? `rests on ${edge.claims} claim${edge.claims === 1 ? "" : "s"}` : "rests on a source"].filter(Boolean).join("\n"),
      smooth: { enabled: edge.bend !== 0, type: edge.bend > 0 ? "curvedCW" : "curvedCCW", roundness: Math.abs(edge.bend) },
      width: this.stretch * (Math.min(4, 1.4 + 0.4 * Math.log2(Math.max(1, edge.claims))) + (how === "disputed" ? 0.6 : 0)),
      dashes: how in DASHES ? DASHES[how].map((part) => part * this.stretch) : false,
      color: { color: this.mixed(name, !bright ? 0.16 : this.bright ? 1 : Math.max(this.crowd, name === "line" ? 0 : 0.5)), highlight: this.colour.focus, hover: this.colour.ink },
    };
  }

  // only the lines that look otherwise than before: each change of one is dear
  dress() {
    this.data.edges.update([...this.edges.values()].map((edge) => this.line(edge)).filter((line) => {
      const { width, color } = this.data.edges.get(line.id);
      return width !== line.width || color.color !== line.color.color || color.highlight !== line.color.highlight;
    }));
    this.network.redraw();
  }

  // Lines keep something of their weight when all is small; by bands, because each change is made edge by edge.
  stretched() {
    const scale = this.goal ? this.goal.scale : this.network.getScale();
    const stretch = this.edges.size > 1500 ? 1 : 1.6 ** Math.max(0, Math.round(Math.log(0.45 / scale) / Math.log(1.6)));
    if (stretch === this.stretch) return;
    this.stretch = stretch;
    this.dress();
  }

  // ---- drawing

  get far() { return this.network.getScale() < FAR; }

  card = ({ ctx, id, x, y, state: { selected, hover } }) => {
    const node = this.nodes.get(id);
    if (!node) return { nodeDimensions: { width: 1, height: 1 }, drawNode: () => {} };
    const bright = !this.bright || this.bright.nodes.has(id);
    const far = this.far;
    const scale = this.network.getScale();
    const { width, height } = far ? this.dot(node, scale) : this.measure(ctx, node);
    const draw = far ? () => this.sign(ctx, node, x, y, width, bright, selected) : () => this.box(ctx, node, x, y, width, height, bright, selected, hover);
    return { nodeDimensions: { width, height }, drawNode: draw };
  };

  // a sign is as large as there is room for, and larger for what is joined to much
  dot(node, scale) {
    const base = Math.max(5.5, Math.min(13, 0.9 * this.gap * scale));
    const weight = 1 + 0.4 * Math.log2(1 + (node.shown || 0)) / Math.log2(1 + this.most) + (base < 10 ? 0.7 * (node.shown || 0) / this.most : 0);
    const side = (node.start ? Math.max(base * 1.7, 16) : node.kind === "more" ? base * 0.9 : base * weight) / Math.max(scale, 0.01);
    return { width: side, height: side };
  }

  measure(ctx, node) {
    let size = this.sizes.get(node.id);
    if (!size) {
      const wide = (font, lines) => { ctx.font = font; return Math.max(0, ...lines.map((line) => ctx.measureText(line).width)); };
      const text = Math.max(wide(this.fonts(node)[0], node.lines), node.second ? wide(this.fonts(node)[1], [node.second]) : 0);
      const sign = node.kind === "more" ? 0 : SIGN + GAP;
      size = { width: SIDE + sign + text + SIDE + 1, height: node.lines.length * LINE + (node.second ? SECOND : 0) + 2 * ENDS };
      this.sizes.set(node.id, size);
    }
    return size;
  }

  fonts(node) { return [`${node.start ? 600 : 500} 14px ${this.colour.sans}`, `12px ${this.colour.sans}`]; }

  sign(ctx, node, x, y, side, bright, selected) {
    ctx.save();
    ctx.translate(x, y);
    ctx.globalAlpha = bright ? 1 : 0.22;
    if (node.kind === "more") {
      ctx.fillStyle = this.colour.muted;
      ctx.beginPath();
      ctx.arc(0, 0, side / 3, 0, 2 * Math.PI);
      ctx.fill();
    } else {
      ctx.scale(side / 22, side / 22);
      const path = (this.paths ||= Object.fromEntries(Object.entries(SIGNS).map(([kind, d]) => [kind, new Path2D(d)])))[node.kind];
      ctx.lineWidth = selected ? 8 : 4;
      ctx.strokeStyle = selected ? this.colour.focus : this.colour.paper;
      ctx.stroke(path);
      ctx.fillStyle = this.colour[node.kind];
      ctx.fill(path);
    }
    ctx.restore();
  }

  box(ctx, node, x, y, width, height, bright, selected, hover) {
    const own = node.kind === "more" ? this.colour.muted : this.colour[node.kind];
    const { paper } = this.colour;
    ctx.globalAlpha = 1;
    ctx.fillStyle = paper;  // an edge behind a faded card must not show through it
    ctx.beginPath();
    ctx.roundRect(x - width / 2, y - height / 2, width, height, node.kind === "more" ? height / 2 : 5);
    ctx.fill();
    ctx.globalAlpha = bright ? 1 : 0.28;
    ctx.fillStyle = node.start ? own : this.colour.card;
    ctx.fill();
    ctx.lineWidth = selected ? 3 : hover ? 2.4 : 1.4;
    ctx.strokeStyle = selected ? this.colour.focus : own;
    if (node.kind === "more") ctx.setLineDash([4, 3]);
    ctx.stroke();
    ctx.setLineDash([]);
    let left = x - width / 2 + SIDE;
    if (node.kind !== "more") {
      ctx.save();
      ctx.translate(left + SIGN / 2, y);
      ctx.scale(SIGN / 22, SIGN / 22);
      ctx.fillStyle = node.start ? paper : own;
      ctx.fill((this.paths ||= Object.fromEntries(Object.entries(SIGNS).map(([kind, d]) => [kind, new Path2D(d)])))[node.kind]);
      ctx.restore();
      left += SIGN + GAP;
    }
    if (node.pinned) {
      ctx.fillStyle = own;
      ctx.beginPath();
      ctx.arc(x + width / 2 - 3, y - height / 2 + 3, 4.5, 0, 2 * Math.PI);
      ctx.fill();
    }
    ctx.textAlign = "left";
    ctx.textBaseline = "middle";
    const [nameFont, secondFont] = this.fonts(node);
    let at = y - height / 2 + ENDS;
    ctx.font = nameFont;
    ctx.fillStyle = node.start ? paper : node.kind === "more" ? this.colour.muted : this.colour.ink;
    for (const line of node.lines) { ctx.fillText(line, left, at + LINE / 2 + 0.5); at += LINE; }
    if (node.second) {
      ctx.font = secondFont;
      ctx.fillStyle = node.start ? paper : this.colour.muted;
      ctx.fillText(node.second, left, at + SECOND / 2 + 0.5);
    }
    ctx.globalAlpha = 1;
  }

  // ---- names and words, where there is room

  labels(ctx) {
    const scale = this.network.getScale();
    const from = this.network.DOMtoCanvas({ x: 0, y: 0 });
    const to = this.network.DOMtoCanvas({ x: this.place.clientWidth, y: this.place.clientHeight });
    const seen = (x, y) => x > from.x && x < to.x && y > from.y && y < to.y;
    const taken = new Boxes(80 / scale);
    const free = (...box) => taken.free(...box);
    if (this.far) this.names(ctx, scale, seen, taken, free);
    this.verbs(ctx, seen, taken, free);
    this.badges(ctx, scale, seen);
  }

  names(ctx, scale, seen, taken, free) {
    const unit = 1 / scale, step = 14.5 * unit;
    ctx.font = `500 ${12.5 * unit}px ${this.colour.sans}`;
    ctx.textAlign = "center";
    ctx.textBaseline = "top";
    ctx.lineJoin = "round";
    const from = this.network.DOMtoCanvas({ x: 4, y: 2 }), to = this.network.DOMtoCanvas({ x: this.place.clientWidth - 4, y: this.place.clientHeight - 2 });
    const signs = new Boxes(40 * unit);
    const first = this.bright ? this.order.filter((node) => this.bright.nodes.has(node.id)).sort((a, b) => this.bright.first.has(b.id) - this.bright.first.has(a.id)) : this.order;
    for (const node of first) {
      const { x, y } = this.spot(node.id), side = this.dot(node, scale).width;
      if (seen(x, y)) signs.push([x - side / 2, y - side / 2, side, side]);
    }
    let left = 300;  // of those on the screen; the best connected come first
    for (const [index, node] of first.entries()) {
      const { x, y } = this.spot(node.id);
      if (!seen(x, y)) continue;
      if (!left) break;
      left -= 1;
      const side = this.dot(node, scale).height;
      const whole = this.briefs.get(node.id);
      const line = [whole.length > 1 ? `${whole[0].replace(/ …$/, "")} …` : whole[0]], near = side / 2 + 1.5 * unit;
      // both lines below or above, or beside it, or one line, or not at all
      for (const [lines, over, down] of [[whole, 0, 1], [whole, 0, -1], [whole, 1, 0], [whole, -1, 0], [line, 0, 1], [line, 1, 0], [line, -1, 0]]) {
        const width = Math.max(...lines.map((each) => this.wide(each))) * unit + 4 * unit, height = lines.length * step;
        const top = y - height / 2 + down * (near + height / 2);
        if (top < from.y || top + height > to.y) continue;
        const middle = Math.max(from.x + width / 2, Math.min(to.x - width / 2, x + over * (near + width / 2)));
        if (over && Math.abs(middle - x) < near + width / 2 - unit) continue;
        const box = [middle - width / 2, top, width, height];
        // the best connected are named even where their names lie on the signs of others
        if (!free(...box) || (index > (this.place.clientWidth < 500 ? 2 : 14) && !signs.free(...box))) continue;
        taken.push(box);
        ctx.lineWidth = 3.5 * unit;
        ctx.strokeStyle = this.colour.paper;
        ctx.fillStyle = node.kind === "more" ? this.colour.muted : this.colour.ink;
        lines.forEach((line, row) => { ctx.strokeText(line, middle, top + row * step); ctx.fillText(line, middle, top + row * step); });
        break;
      }
    }
  }

  // how wide a name is, in pixels of the screen; measured once
  wide(text) {
    if (!this.widths.has(text)) {
      const pen = (this.pen ||= document.createElement("canvas").getContext("2d"));
      pen.font = `500 12.5px ${this.colour.sans}`;
      this.widths.set(text, pen.measureText(text).width);
    }
    return this.widths.get(text);
  }

  // the words of edges: of all where there are few, else of those that are chosen
  verbs(ctx, seen, taken, free) {
    const unit = this.far ? 1 / this.network.getScale() : 1, step = 14.5 * unit;
    const every = [...this.edges.values()];
    const first = this.bright ? every.filter((edge) => this.bright.edges.has(edge.id)) : every;
    if (first.length > (this.far ? 40 : 150)) return;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.font = `${(this.far ? 11.5 : 12) * unit}px ${this.colour.sans}`;
    if (!this.far) {
      for (const id of this.nodes.keys()) {
        const { x, y } = this.spot(id), size = this.sizes.get(id);
        if (size && seen(x, y)) taken.push([x - size.width / 2, y - size.height / 2, size.width, size.height]);
      }
    }
    for (const edge of first.slice(0, 400)) {
      const open = this.open(edge), at = open.at(0.5);
      if (!seen(at.x, at.y)) continue;
      const dated = edge.dates && edge.dates.length < 34 && (!edge.via || ![edge.source, edge.target].includes(edge.via.iri));
      const lines = [edge.label.length > 34 ? `${edge.label.slice(0, 33)}…` : edge.label, ...(dated ? [edge.dates] : [])];
      const width = Math.max(...lines.map((line) => ctx.measureText(line).width)) + 6 * unit;
      const height = lines.length * step;
      const places = this.beside(open, width, height, unit);
      const found = places.find(({ x, y }) => free(x - width / 2, y - height / 2, width, height));
      if (!found) continue;
      const { x } = found, top = found.y - height / 2;
      taken.push([x - width / 2, top, width, height]);
      ctx.fillStyle = ctx.strokeStyle = this.colour.paper;
      ctx.lineWidth = 3.5 * unit;
      if (found.on) ctx.fillRect(x - width / 2, top, width, height);
      const how = edge.status === "asserted" ? "muted" : edge.status;
      lines.forEach((line, index) => {
        ctx.fillStyle = this.colour[index ? "muted" : how];
        if (!found.on) ctx.strokeText(line, x, top + (index + 0.5) * step);
        ctx.fillText(line, x, top + (index + 0.5) * step);
      });
    }
  }

  // Where words of this size can stand: on the line if enough of it is left at both ends for its arrow and its sign,
  // else beside it, on the side to which it bends first; at last on a line that they cover.
  beside(open, width, height, unit) {
    const at = open.at(0.5), [first, last] = [open.at(0), open.at(1)];
    const out = (by, side) => Math.max(0, Math.abs(by) - side / 2);
    const covers = [first, last].some(({ x, y }) => Math.hypot(out(x - at.x, width), out(y - at.y, height)) < REST * unit);
    const on = { ...at, on: true };
    if (!covers) return [on];
    const long = Math.hypot(last.x - first.x, last.y - first.y) || 1;
    let [x, y] = [(last.y - first.y) / long, (first.x - last.x) / long];
    const bend = (at.x - (first.x + last.x) / 2) * x + (at.y - (first.y + last.y) / 2) * y;
    if (Math.abs(bend) > unit ? bend < 0 : y > 0) [x, y] = [-x, -y];
    const near = Math.abs(x) * width / 2 + Math.abs(y) * height / 2 + 4 * unit;
    const away = [0, 8, 16, 24, 32].flatMap((more) => [1, -1].map((side) => side * (near + more * unit)));
    return [...away.map((far) => ({ x: at.x + x * far, y: at.y + y * far, on: false })), on];
  }

  // a relation whose claims conflict carries a sign, near or far
  badges(ctx, scale, seen) {
    const small = scale < SMALL, unit = small ? 0.45 / scale : Math.max(1, 0.75 / scale);
    for (const edge of this.edges.values()) {
      if (!edge.contested || (this.bright && !this.bright.edges.has(edge.id))) continue;
      const open = this.open(edge);
      const at = open.at(small ? 0.5 : Math.min(0.5, 12 * unit / open.length));  // clear of the card
      if (!seen(at.x, at.y)) continue;
      ctx.beginPath();
      ctx.arc(at.x, at.y, 8 * unit, 0, 2 * Math.PI);
      ctx.fillStyle = this.colour.disputed;
      ctx.fill();
      if (small) continue;
      ctx.fillStyle = this.colour.paper;
      ctx.font = `700 ${12 * unit}px ${this.colour.sans}`;
      ctx.textAlign = "center";
      ctx.textBaseline = "middle";
      ctx.fillText("\u2260", at.x, at.y + 0.5 * unit);
    }
  }

  // where a thing stands for the server, which knows no screen
  placed(id) {
    const { x, y } = this.spot(id);
    return [x, y / this.tall];
  }

  // where a thing stands; far off all screens while vis-network does not know it yet
  spot(id) {
    const node = this.network.body.nodes[id];
    return node ? { x: node.x, y: node.y } : { x: 1e9, y: 1e9 };
  }

  along(edge, part) {
    const found = this.network.body.edges[edge.id];
    if (!found || !found.edgeType || !found.edgeType.to || !found.edgeType.from) return null;
    return found.edgeType.getPoint(part);
  }

  inside(at, id) {
    const { x, y } = this.spot(id);
    const { width, height } = this.far ? this.dot(this.nodes.get(id), this.network.getScale()) : this.sizes.get(id) || { width: 0, height: 0 };
    return Math.abs(at.x - x) <= width / 2 && Math.abs(at.y - y) <= height / 2;
  }

  middle(edge) {
    return this.open(edge).at(0.5);
  }

  // the part of a line that no card hides: how long it is, and the point at a share of its length
  open(edge) {
    const hidden = (at) => !at || this.inside(at, edge.source) || this.inside(at, edge.target);
    const every = Array.from({ length: STEPS + 1 }, (_, step) => step / STEPS);
    const parts = every.filter((part) => !hidden(this.along(edge, part)));
    if (!parts.length) {
      const at = this.along(edge, 0.5) || { x: 1e9, y: 1e9 };
      return { length: 1, at: () => at };
    }
    // to the very rim of a card
    const rim = (shown, under) => {
      for (let turn = 0; turn < 5; turn += 1) {
        const mean = (shown + under) / 2;
        if (hidden(this.along(edge, mean))) under = mean; else shown = mean;
      }
      return shown;
    };
    const begin = rim(parts[0], Math.max(0, parts[0] - 1 / STEPS));
    const end = rim(parts.at(-1), Math.min(1, parts.at(-1) + 1 / STEPS));
    const spots = [begin, ...parts, end].map((part) => this.along(edge, part)), far = [0];
    for (let at = 1; at < spots.length; at += 1) {
      far.push(far[at - 1] + Math.hypot(spots[at].x - spots[at - 1].x, spots[at].y - spots[at - 1].y));
    }
    const length = far.at(-1) || 1;
    const point = (share) => {
      const next = Math.max(1, far.findIndex((each) => each >= share * length)), before = next - 1;
      const part = Math.max(0, Math.min(1, (share * length - far[before]) / (far[next] - far[before] || 1)));
      const mean = (name) => spots[before][name] * (1 - part) + spots[next][name] * part;
      return { x: mean("x"), y: mean("y") };
    };
    return { length, at: point };
  }

  // ---- choosing and moving about

  choose(nodes, edges) {
    if (!nodes.length && !edges.length) {
      this.bright = null;
      this.network.unselectAll();
    } else {
      const near = new Set(edges), about = new Set(nodes);
      for (const edge of this.edges.values()) {
        if (nodes.length === 1 && nodes.some((id) => edge.source === id || edge.target === id)) near.add(edge.id);
        if (nodes.length > 1 && about.has(edge.source) && about.has(edge.target)) near.add(edge.id);
      }
      for (const id of near) { const edge = this.edges.get(id); if (edge) { about.add(edge.source); about.add(edge.target); } }
      for (const [id, node] of this.nodes) if (node.kind === "more" && nodes.includes(node.node)) about.add(id);
      this.bright = { nodes: about, edges: near, first: new Set(nodes) };
      this.network.setSelection({ nodes: nodes.filter((id) => this.nodes.has(id)), edges: edges.filter((id) => this.edges.has(id)) }, { highlightEdges: false });
    }
    this.dress();
  }

  // The server arranges for a screen that is wider than high. On one that is higher than wide all is drawn higher, which
  // lays no card on another, until it fills the screen. The address holds places as the server has them, so that a link
  // opens the same picture on any screen.
  heighten() {
    const { clientWidth, clientHeight } = this.place, spots = [...this.nodes.keys()].map((id) => [id, ...this.placed(id)]);
    const span = (at) => Math.max(1, Math.max(...spots.map((spot) => spot[at])) - Math.min(...spots.map((spot) => spot[at])));
    const fill = (span(1) / span(2)) * (clientHeight - 2 * BRIM) / (clientWidth - 2 * rim(this.place));
    const tall = clientHeight > clientWidth ? Math.max(1, Math.min(TALLEST, fill)) : 1;
    if (Math.abs(tall - this.tall) < 0.01) return;
    this.tall = tall;
    this.data.nodes.update(spots.map(([id, x, y]) => ({ id, x, y: y * tall })));
  }

  // all of it on the screen: as cards where these can be read then, else as signs with room for the names at the rim
  fit(animated = false) {
    if (!this.nodes.size || !this.place.clientWidth) return;
    this.heighten();
    const spots = [...this.nodes.values()].map((node) => [this.spot(node.id), node]);
    const whole = (wide, high, marginX, marginY) => {
      const left = Math.min(...spots.map(([{ x }, node]) => x - wide(node))), right = Math.max(...spots.map(([{ x }, node]) => x + wide(node)));
      const top = Math.min(...spots.map(([{ y }, node]) => y - high(node))), bottom = Math.max(...spots.map(([{ y }, node]) => y + high(node)));
      const scale = Math.min((this.place.clientWidth - 2 * marginX) / Math.max(right - left, 1), (this.place.clientHeight - 2 * marginY) / Math.max(bottom - top, 1));
      return { scale, x: (left + right) / 2, y: (top + bottom) / 2 };
    };
    const ctx = (this.pen ||= document.createElement("canvas").getContext("2d"));
    let found = whole((node) => this.measure(ctx, node).width / 2, (node) => this.measure(ctx, node).height / 2, 16, 16);
    if (found.scale < FAR) {
      found = whole(() => 0, () => 0, rim(this.place), BRIM);
      found.scale = Math.min(found.scale, FAR - 0.01);
    }
    const scale = Math.max(0.015, Math.min(1.2, found.scale));
    this.travel({ scale, x: found.x, y: found.y }, animated ? 250 : 0);
    this.stretched();
  }

  zoom(factor) {
    const from = this.goal || { scale: this.network.getScale(), ...this.network.getViewPosition() };
    this.travel({ ...from, scale: from.scale * factor }, 180);
    this.stretched();
  }

  // Bring the camera somewhere, by the clock: vis-network's own animation counts frames, so that it is still under way
  // seconds later where frames are slow. `rest` is kept once it stands; whoever presses the picture stops it there.
  travel(to, lasting) {
    this.stop();
    this.hush();
    const from = { scale: this.network.getScale(), ...this.network.getViewPosition() }, begin = performance.now();
    const go = (part) => {
      const mean = (name) => from[name] * (1 - part) + to[name] * part;
      this.network.moveTo({ scale: mean("scale"), position: { x: mean("x"), y: mean("y") } });
    };
    if (!lasting || still.matches) { go(1); return; }
    this.goal = to;
    this.rest = new Promise((done) => {
      const frame = () => {
        const part = Math.min(1, (performance.now() - begin) / lasting);
        go(part * (2 - part));
        if (part < 1) this.travelling = requestAnimationFrame(frame); else this.stop();
      };
      this.stop = () => { cancelAnimationFrame(this.travelling); this.stop = () => {}; this.goal = null; done(); };
      frame();
    });
  }

  stop() {}

  // No tip over what now lies under it; vis-network takes one away only where a pointer moves, and has no call for it.
  hush() {
    const tips = this.network.interactionHandler;
    clearTimeout(tips.popupTimer);
    tips.popupObj = undefined;
    tips.popup?.hide();
  }

  shows(ids) {
    return ids.every((id) => {
      const { x, y } = this.network.canvasToDOM(this.spot(id));
      return x > 20 && y > 20 && x < this.place.clientWidth - 20 && y < this.place.clientHeight - 20;
    });
  }

  see(id) {
    if (this.shows([id]) && !this.far) return;
    this.travel({ scale: Math.max(this.network.getScale(), FAR), ...this.spot(id) }, 250);
    this.stretched();
  }

  // the nearest thing in a direction, for the arrow keys
  towards(id, dx, dy) {
    const from = this.spot(id);
    let best = null, least = Infinity;
    for (const other of this.nodes.keys()) {
      if (other === id) continue;
      const { x, y } = this.spot(other);
      const along = (x - from.x) * dx + (y - from.y) * dy, across = Math.abs((x - from.x) * dy) + Math.abs((y - from.y) * dx);
      if (along > 1 && along + 2 * across < least) { least = along + 2 * across; best = other; }
    }
    return best;
  }

  physics(on) {
    this.moving = on;
    this.network.setOptions({ physics: { enabled: on } });
    if (on) this.network.startSimulation();
  }

  // a PNG of what is on the screen, on paper
  image(done) {
    const source = this.place.querySelector("canvas");
    const sheet = document.createElement("canvas");
    sheet.width = source.width;
    sheet.height = source.height;
    const ctx = sheet.getContext("2d");
    ctx.fillStyle = this.colour.paper;
    ctx.fillRect(0, 0, sheet.width, sheet.height);
    ctx.drawImage(source, 0, 0);
    sheet.toBlob(done, "image/png");
  }
}
