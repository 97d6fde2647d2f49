// Small makers of elements. Whatever comes from the graph goes into the page as text, never as markup.

export const SIGNS = {
  person: "M-9 0a9 9 0 1 0 18 0a9 9 0 1 0-18 0Z",
  organization: "M-8.5-8.5H8.5V8.5H-8.5Z",
  state: "M10 0 5 8.7H-5L-10 0-5-8.7H5Z",
  place: "M-10-8H10L0 9Z",
  weapon: "M0-10.5 10.5 0 0 10.5-10.5 0Z",
  event: "M0-11 2.8-3.6 10.5-3.4 4.4 1.4 6.5 8.9 0 4.6-6.5 8.9-4.4 1.4-10.5-3.4-2.8-3.6Z",
  topic: "M0-9 10 8H-10Z",
  other: "M-8-3H8V3H-8Z",
};
export const PLURALS = {
  person: "people", organization: "organizations", state: "states", place: "places", weapon: "weapons",
  event: "events", topic: "topics", other: "other things",
};
export const STATUSES = { asserted: "stated", hedged: "only estimated", disputed: "disputed" };
// what a line means, by its look: as graph/wording.py says it
export const LINES = {
  asserted: "stated, or recorded by a source",
  estimate: "spoken of, but in estimates alone",
  hedged: "uncertain: only estimates say so",
  disputed: "disputed: denied, or a rival is claimed",
};
export const CONFLICT = "rests on claims that conflict with others";

const SVG = "http://www.w3.org/2000/svg";

export const make = (tag, properties = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "class") element.className = value;
    else if (name.includes("-") || name === "role" || name === "for" || name === "list") element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== "" && child !== false));
  return element;
};

export const drawn = (tag, attributes = {}, ...children) => {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
};

export const swatch = (kind) => drawn(
  "svg", { class: `swatch ${kind}`, viewBox: "-12 -12 24 24", "aria-hidden": "true", focusable: "false" },
  drawn("path", { d: SIGNS[kind] || SIGNS.other }),
);

export const stroke = (look) => drawn(
  "svg", { class: `stroke ${look}`, viewBox: "0 0 34 10", "aria-hidden": "true", focusable: "false" }, drawn("path", { d: "M1 5H33" }),
);

export const words = (text) => make("bdi", {}, text);
export const short = (text, most = 160) => (text.length > most ? `${text.slice(0, most)}…` : text);
export const number = (count) => count.toLocaleString("en");
export const plural = (count, word, many = `${word}s`) => `${number(count)} ${count === 1 ? word : many}`;
export const joined = (parts, by = ", ") => parts.flatMap((part, index) => (index ? [by, part] : [part]));

// only web addresses and paths of this host become links: what a graph says is no address to trust
export const link = (text, href) => (/^https?:\/\/|^\/(?!\/)/.test(href || "") ? make("a", { href }, words(short(text, 400))) : words(short(text, 400)));

export const button = (text, data = {}, properties = {}) => {
  const element = make("button", { type: "button", ...properties }, words(text));
  Object.assign(element.dataset, data);
  return element;
};

export const say = (text) => { document.getElementById("said").textContent = text; };
