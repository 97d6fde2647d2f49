// Finding: things of the whole graph while a name is typed (a combobox), and things in the picture.

import { make, say, short, swatch, words } from "./elements.js";
import { hitsFor } from "./source.js";

const KIND_OF = { "foaf:Person": "person", "sit:State": "state", "sit:WeaponSystem": "weapon", "sit:Event": "event", "schema:Place": "place" };
const kindOf = (types) => types.map((type) => KIND_OF[type]).find(Boolean) || (types.some((type) => type.startsWith("org:")) ? "organization" : "other");

export const combobox = (input, list, take) => {
  let hits = [], at = -1, waiting = 0, running = null;
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");
  const close = () => { list.hidden = true; at = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
  const mark = (next) => {
    at = (next + hits.length) % hits.length;
    [...list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === at)));
    input.setAttribute("aria-activedescendant", list.children[at].id);
    list.children[at].scrollIntoView({ block: "nearest" });
  };
  const pick = (index) => { const hit = hits[index]; close(); input.value = ""; take(hit); };
  const look = async () => {
    const text = input.value.trim();
    if (running) running.abort();
    if (!text) { close(); return; }
    running = new AbortController();
    try {
      hits = (await hitsFor(text, running.signal)).results;
    } catch (error) {
      if (error.name !== "AbortError") { hits = []; say(error.message); }
      return;
    }
    list.replaceChildren(...hits.map((hit, index) => make("li", { id: `hit-${index}`, role: "option", "aria-selected": "false", onclick: () => pick(index) },
      swatch(kindOf(hit.types)), " ", words(short(hit.label, 120)), hit.matched.label !== hit.label ? make("span", { class: "muted small" }, ` ${short(hit.matched.label, 60)}`) : "")));
    if (!hits.length) list.replaceChildren(make("li", { class: "muted", role: "option", "aria-disabled": "true", "aria-selected": "false" }, "Nothing is called so."));
    list.hidden = false;
    at = -1;
    input.setAttribute("aria-expanded", "true");
    say(hits.length ? `${hits.length} found` : "Nothing is called so.");
  };
  input.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(look, 140); });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    else if (event.key === "ArrowDown" && hits.length && !list.hidden) { event.preventDefault(); mark(at + 1); }
    else if (event.key === "ArrowUp" && hits.length && !list.hidden) { event.preventDefault(); mark(at - 1); }
    else if (event.key === "Enter" && !list.hidden && hits.length) { event.preventDefault(); pick(Math.max(at, 0)); }
  });
  input.addEventListener("blur", () => setTimeout(close, 200));
};

// the things in the picture whose names hold a text, in any case
export const within = (graph, text) => {
  const plain = (name) => name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const wanted = plain(text.trim());
  return wanted ? graph.nodes.filter((node) => plain(node.label).includes(wanted)) : [];
};
