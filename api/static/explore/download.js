// Files of what is shown, the query that finds it, and the link that opens it again.

import { button, make, say } from "./elements.js";
import { alone, textOf } from "./source.js";

const FILES = [
  ["svg", "SVG", "a drawing without loss, for print"],
  ["html", "HTML", "this picture as one file that works offline"],
  ["csv", "CSV", "its relations, for spreadsheets"],
  ["gexf", "GEXF", "for Gephi, with places, colours and dates"],
  ["graphml", "GraphML", "for yEd, Cytoscape, networkx"],
  ["json", "JSON", "nodes and edges as the picture has them"],
  ["ttl", "Turtle", "its relations with their claims, as RDF"],
];

export const filesPanel = (view) => [
  make("button", { type: "button", class: "close", "aria-label": "Close" }, "×"),
  make("h2", { class: "name" }, alone ? "Save" : "Take it along"),
  make("ul", { class: "files" },
    make("li", {}, button("PNG", { do: "png" }, { class: "choose" }), make("span", { class: "muted" }, " what is on the screen now")),
    alone ? "" : FILES.map(([format, name, what]) => make("li", {},
      make("a", { href: `/explore/graph.${format}?${view.query}`, download: `sitrep-picture.${format}` }, name), make("span", { class: "muted" }, ` ${what}`)))),
  ...(alone ? [] : [
    make("p", { class: "small" }, "The documents behind its lines, for reference managers: ",
      make("a", { href: `/explore/graph.bib?${view.query}` }, "BibTeX"), ", ", make("a", { href: `/explore/graph.csl.json?${view.query}` }, "CSL-JSON"), ", ", make("a", { href: `/explore/graph.md?${view.query}` }, "Markdown"), "."),
    make("h2", {}, "The same again"),
    make("p", { class: "small" }, "The address of this page holds the whole picture, places and filters included."),
    make("p", { class: "acts" }, button("Copy link", { do: "link" }), button("Copy as SPARQL", { do: "sparql" })),
    make("p", { class: "small" }, "The query finds the relations that are shown. ", make("a", { href: "/sparql", id: "run-sparql" }, "Run it"), "."),
    make("textarea", { id: "copied", readOnly: true, rows: 8, hidden: true, "aria-label": "What was copied" }),
    make("h2", {}, "Not only for people"),
    make("p", { class: "small" }, make("a", { href: `/explore/graph.json?${view.query}` }, "/explore/graph.json"), " answers with the same picture; ", make("a", { href: "/docs" }, "the API"), " says how."),
  ]),
];

// the clipboard where the browser lets us, and in any case a field to copy from
export const copy = async (text, what) => {
  const field = document.getElementById("copied");
  if (field) { field.hidden = false; field.value = text; field.select(); }
  try {
    await navigator.clipboard.writeText(text);
    say(`${what} copied`);
  } catch {
    say(`${what} is selected; copy it`);
  }
};

export const queryOf = (view) => textOf(`/explore/graph.rq?${view.query}`);

export const save = (blob, name) => {
  const address = URL.createObjectURL(blob);
  const anchor = make("a", { href: address, download: name });
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
};
