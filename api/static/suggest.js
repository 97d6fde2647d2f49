// Suggestions while a name is typed (the combobox pattern of WAI-ARIA). Without this the form searches as before.
// Enter opens the marked name, and searches as before where none is marked; what is found goes in as text only.

const BASE = "https://w3id.org/sitrep/";
const MOST = 8;
const WAIT = 140; // milliseconds of rest before the server is asked

const addressOf = (iri) => (/^(id|doc|voc|claim)\/[^/]/.test(iri.slice(BASE.length)) && iri.startsWith(BASE)
  ? `/${iri.slice(BASE.length).split("/").map(encodeURIComponent).join("/")}`
  : `/id?iri=${encodeURIComponent(iri)}`);
const inWords = (type = "") => type.replace(/^.*[:#/]/, "").replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
const short = (text) => (text.length > 120 ? `${text.slice(0, 119)}…` : text);
const make = (tag, properties, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) element.setAttribute(name, value);
  element.append(...children);
  return element;
};

const suggest = (input) => {
  const list = make("ul", { id: `${input.id}-found`, role: "listbox", "aria-label": "Suggestions", class: "suggestions", hidden: "" });
  const said = make("span", { class: "unseen", role: "status" });
  input.parentElement.append(list, said);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" })) input.setAttribute(name, value);
  let hits = [], at = -1, waiting = 0, running = null;

  const close = () => {
    clearTimeout(waiting);
    running?.abort();
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (next) => {
    at = next;
    [...list.children].forEach((option, index) => option.setAttribute("aria-selected", String(index === at)));
    if (at < 0) { input.removeAttribute("aria-activedescendant"); return; }
    input.setAttribute("aria-activedescendant", list.children[at].id);
    list.children[at].scrollIntoView({ block: "nearest" });
  };
  const shown = () => {
    list.replaceChildren(...hits.map((hit, index) => {
      const option = make("li", { id: `${list.id}-${index}`, role: "option", "aria-selected": "false" }, make("bdi", {}, short(hit.label)));
      if (hit.matched.label !== hit.label) option.append(" ", make("bdi", { class: "matched" }, short(hit.matched.label)));
      option.append(make("span", { class: "kind" }, inWords(hit.types[0])));
      return option;
    }));
    said.textContent = hits.length ? `${hits.length} suggestions` : "No suggestions";
    list.hidden = !hits.length;
    at = -1;
    input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-expanded", String(hits.length > 0));
  };
  const look = async () => {
    const text = input.value.trim();
    running?.abort();
    if (!text) { close(); return; }
    running = new AbortController();
    try {
      const answer = await fetch(`/search?limit=${MOST}&q=${encodeURIComponent(text)}`, { headers: { accept: "application/json" }, signal: running.signal });
      if (!answer.ok) { close(); return; }
      const found = await answer.json();
      hits = [...found.results, ...found.concepts.map((concept) => ({ ...concept, matched: concept }))].slice(0, MOST + 2);
    } catch { return; } // out of reach, or a later letter has asked already: the form still searches
    shown();
  };

  input.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(look, WAIT); });
  input.addEventListener("keydown", (event) => {
    const open = !list.hidden && hits.length;
    if (event.key === "Escape" && open) { event.preventDefault(); close(); }
    else if (event.key === "ArrowDown" && open) { event.preventDefault(); mark(at + 1 < hits.length ? at + 1 : -1); }
    else if (event.key === "ArrowUp" && open) { event.preventDefault(); mark(at > -1 ? at - 1 : hits.length - 1); }
    else if (event.key === "Enter" && open && at > -1) { event.preventDefault(); location.assign(addressOf(hits[at].iri)); }
    else if (event.key === "Tab") close();
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the focus in the field
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) location.assign(addressOf(hits[[...list.children].indexOf(option)].iri));
  });
  input.addEventListener("blur", close);
};

document.querySelectorAll("form[role=search] input[type=search]").forEach(suggest);
