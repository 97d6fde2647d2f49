// The SPARQL page: runs a query and draws its answer below the form. Without it the form opens the answer as a file.

const MOST_ROWS = 1000;
const ACCEPT = "application/sparql-results+json, text/turtle;q=0.9, application/problem+json;q=0.8";
const OWN = /^https:\/\/w3id\.org\/sitrep\/((?:id|voc|claim|passage|measurand|rel|comparison|doc)\/[^/\s].*)$/;
const TERM = /^https:\/\/w3id\.org\/sitrep\/ont(#.*)?$/;

const form = document.getElementById("sparql");
const query = document.getElementById("query");
const run = document.getElementById("run");
const answer = document.getElementById("answer");
const prefixes = [...document.querySelectorAll("[data-prefix]")].map((node) => [node.dataset.prefix, node.textContent]);
let running = null;

function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

function address(iri) {
  const own = OWN.exec(iri);
  if (own) return "/" + own[1].replace(/[?#]/g, encodeURIComponent);
  const term = TERM.exec(iri);
  if (term) return "/ontology" + (term[1] ?? "");
  return /^https?:\/\//i.test(iri) ? iri : null;
}

function compact(iri) {
  for (const [prefix, space] of prefixes) {
    const local = iri.slice(space.length);
    if (iri.startsWith(space) && /^[\w.-]+$/.test(local)) return `${prefix}:${local}`;
  }
  return iri;
}

function cell(term) {
  if (!term) return element("td");
  if (term.type === "uri") {
    const to = address(term.value);
    if (!to) return element("td", {}, term.value);
    const attributes = to.startsWith("/") ? { href: to } : { href: to, rel: "noopener nofollow external" };
    return element("td", {}, element("a", { ...attributes, title: term.value }, compact(term.value)));
  }
  const language = term["xml:lang"];
  const shown = element("td", language ? { lang: language } : {}, element("bdi", {}, term.value));
  if (term.datatype) shown.title = compact(term.datatype);
  return shown;
}

function table(variables, rows) {
  const head = element("tr", {}, ...variables.map((name) => element("th", { scope: "col" }, name)));
  const body = rows.slice(0, MOST_ROWS).map((row) => element("tr", {}, ...variables.map((name) => cell(row[name]))));
  return element(
    "div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Result table" },
    element("table", {}, element("thead", {}, head), element("tbody", {}, ...body)),
  );
}

function downloads(text, formats) {
  const line = element("p", { class: "downloads" }, "Take it along:");
  for (const [name, format] of formats) {
    const to = "/sparql?" + new URLSearchParams({ query: text, format });
    line.append(" ", element("a", { href: to }, name));
  }
  return line;
}

function failed(title, detail) {
  return element("div", { class: "failed" }, element("p", {}, element("strong", {}, title)), element("pre", {}, detail));
}

function place(problem) {
  return problem.line ? `\nline ${problem.line}, column ${problem.column ?? "?"}` : "";
}

function show(...nodes) {
  answer.replaceChildren(...nodes);
  answer.hidden = false;
}

function plural(count, word) {
  return `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;
}

async function problem(response) {
  try {
    const found = await response.json();
    return failed(found.title ?? `Status ${response.status}`, (found.detail ?? "") + place(found));
  } catch {
    return failed(`Status ${response.status}`, response.statusText);
  }
}

async function drawn(response, text, seconds) {
  const type = (response.headers.get("Content-Type") ?? "").split(";")[0];
  if (type !== "application/sparql-results+json") {
    const files = downloads(text, [["Turtle", "turtle"], ["N-Triples", "nt"], ["JSON-LD", "jsonld"], ["RDF/XML", "rdfxml"]]);
    return [element("p", { class: "note" }, `Turtle, in ${seconds} s`), element("pre", { tabindex: "0" }, await response.text()), files];
  }
  const found = await response.json();
  if ("boolean" in found) {
    return [element("p", { class: "big" }, found.boolean ? "yes" : "no"), downloads(text, [["JSON", "json"], ["XML", "xml"]])];
  }
  const rows = found.results.bindings;
  const files = downloads(text, [["CSV", "csv"], ["TSV", "tsv"], ["JSON", "json"], ["XML", "xml"]]);
  const first = rows.length > MOST_ROWS ? `; the first ${MOST_ROWS.toLocaleString("en")} are drawn, the files hold all` : "";
  const note = element("p", { class: "note" }, `${plural(rows.length, "row")} in ${seconds} s${first}`);
  return rows.length ? [note, table(found.head.vars, rows), files] : [note];
}

async function ask() {
  const text = query.value;
  if (!text.trim()) return;
  running?.abort();
  const mine = (running = new AbortController());
  const began = performance.now();
  const to = "/sparql?" + new URLSearchParams({ query: text });
  show(element("p", { class: "note" }, "Running\u2026"));
  run.textContent = "Stop";
  try {
    const body = new URLSearchParams({ query: text });
    const response = await fetch("/sparql", { method: "POST", body, headers: { Accept: ACCEPT }, signal: mine.signal });
    const nodes = response.ok
      ? await drawn(response, text, ((performance.now() - began) / 1000).toFixed(2))
      : [await problem(response)];
    if (running !== mine) return;
    show(...nodes);
    if (to.length < 8000) history.replaceState(null, "", to);
  } catch (error) {
    if (running !== mine) return;
    show(error.name === "AbortError" ? element("p", { class: "note" }, "Stopped.") : failed("No answer", String(error)));
  } finally {
    if (running === mine) {
      running = null;
      run.textContent = "Run";
    }
  }
}

if (form) {
  run.hidden = false;
  run.addEventListener("click", () => (running ? running.abort() : ask()));
  query.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) ask();
  });
  for (const link of document.querySelectorAll("[data-query]")) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      query.value = link.dataset.query;
      ask();
      query.scrollIntoView({ block: "nearest" });
    });
  }
  if (new URLSearchParams(location.search).has("query")) ask();
}
