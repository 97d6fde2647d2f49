// The SPARQL page: YASGUI over our own endpoint, with our prefixes, our words, our pages behind IRIs and our errors.
// Without YASGUI's files the form of the page stays as it is; with them it makes room for the editor.

const ENDPOINT = new URL("/sparql", location.href).href;
const LONGEST = 6000; // characters of an address that browsers and servers take without a second thought
const OWN = /^https:\/\/w3id\.org\/sitrep\/((?:id|voc|claim|passage|measurand|rel|comparison|check|dispute|doc)\/[^/\s].*)$/;
const TERM = /^https:\/\/w3id\.org\/sitrep\/ont(#.*)?$/;
const TABLES = [["JSON", "json"], ["XML", "xml"], ["CSV", "csv"], ["TSV", "tsv"]];
const TRUTHS = [["JSON", "json"], ["XML", "xml"]];
const TRIPLES = [["Turtle", "turtle"], ["N-Triples", "nt"], ["JSON-LD", "jsonld"], ["RDF/XML", "rdfxml"]];

const form = document.getElementById("sparql");
const text = document.getElementById("query");
const notices = document.getElementById("notices");
const beginnings = document.querySelector(".start-from");
const take = document.getElementById("take");
const prefixes = Object.fromEntries(
  [...document.querySelectorAll("[data-prefix]")].map((node) => [node.dataset.prefix, node.textContent]),
);

function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

// A sentence of the server, as its own pages write it: what stands between backticks is code.
function coded(sentence) {
  const begun = /^[a-z]+[ ,]/.test(sentence) ? sentence.charAt(0).toUpperCase() + sentence.slice(1) : sentence;
  return begun.split("`").map((part, place) => (place % 2 ? element("code", {}, part) : part));
}

function address(query, more = {}) {
  return "/sparql?" + new URLSearchParams({ query, ...more });
}

// --- our pages behind our IRIs

function page(iri) {
  const own = OWN.exec(iri);
  if (own) return "/" + own[1].replace(/[?#]/g, encodeURIComponent);
  const term = TERM.exec(iri);
  return term ? "/ontology" + (term[1] ?? "") : null;
}

function compact(iri) {
  for (const [prefix, space] of Object.entries(prefixes)) {
    const local = iri.slice(space.length);
    if (iri.startsWith(space) && /^[\w.-]+$/.test(local)) return `${prefix}:${local}`;
  }
  return null;
}

function link(anchors) {
  for (const anchor of anchors) {
    const iri = anchor.getAttribute("href");
    if (iri === null) continue; // looked at before
    const here = page(iri);
    if (here) {
      anchor.href = here;
      anchor.removeAttribute("target");
      anchor.title = iri;
    } else if (/^https?:/i.test(iri)) {
      anchor.rel = "noopener noreferrer nofollow";
    } else if (!iri.startsWith("/")) {
      anchor.removeAttribute("href"); // such as urn: or edtf:, which no browser opens
    }
  }
}

// --- completion from the words of the graph

let lexicon = null;

function words() {
  lexicon ??= fetch("/sparql/terms", { headers: { Accept: "application/json" } })
    .then((response) => (response.ok ? response.json() : Promise.reject(new Error(response.statusText))))
    .catch(() => {
      lexicon = null; // the next key asks again
      return { classes: [], properties: [] };
    });
  return lexicon;
}

// A word fits when its prefixed name begins as typed, or its name or label has what was typed.
function fitting(list, typed) {
  const sought = typed.replace(/^</, "").toLowerCase();
  const [space, local] = sought.includes(":") ? sought.split(":", 2) : [null, sought];
  const ranks = list.map((word) => {
    const name = word.name.toLowerCase();
    if (name.startsWith(sought) || word.iri.toLowerCase().startsWith(sought)) return 0;
    if (space !== null && !name.startsWith(space + ":")) return -1;
    return name.split(":").pop().includes(local) || word.label.toLowerCase().includes(local) ? 1 : -1;
  });
  return list
    .map((word, place) => ({ word, rank: ranks[place] }))
    .filter(({ rank }) => rank >= 0)
    .sort((one, other) => one.rank - other.rank || other.word.count - one.word.count)
    .slice(0, 60)
    .map(({ word }) => word);
}

function drawn(word) {
  return (node) => {
    node.append(element("b", {}, word.name), element("span", { class: "used" }, word.count.toLocaleString("en")));
    const says = word.definition || word.label;
    if (says) node.append(element("span", { class: "means" }, says));
    node.title = says;
  };
}

function completer(name, kind, isPlace) {
  let offered = new Map();
  return {
    name,
    bulk: false,
    autoShow: true,
    isValidCompletionPosition: isPlace,
    async get(yasqe, token) {
      const found = fitting((await words())[kind], token?.string ?? "");
      offered = new Map(found.map((word) => [word.name, word]));
      return [...offered.keys()];
    },
    postprocessHints(yasqe, hints) {
      for (const hint of hints) hint.render = drawn(offered.get(hint.text));
      return hints;
    },
  };
}

function isName(token) {
  return token.string.trim() && !/^[?$"'<_{}().;,]/.test(token.string);
}

function isClassPlace(yasqe) {
  const token = yasqe.getCompleteToken();
  const before = yasqe.getPreviousNonWsToken(yasqe.getDoc().getCursor().line, token);
  return Boolean(isName(token) && ["a", "rdf:type"].includes(before.string));
}

function isPropertyPlace(yasqe) {
  const token = yasqe.getCompleteToken();
  return Boolean(isName(token) && token.state.possibleCurrent?.includes("a")) && !isClassPlace(yasqe);
}

// --- what is said above the results

function caution(found) {
  return (found.warnings ?? []).map((warning) =>
    element(
      "p", { class: "caution" },
      element("strong", {}, warning.kind === "cross-product" ? "A product of rows. " : "Many rows. "),
      ...coded(warning.message), ".",
    ),
  );
}

function whyEmpty(found, query) {
  const said = element("div", { class: "why" }, element("p", {}, element("strong", {}, "No rows. "), ...coded(found.note.replace(/^no row: /, "")), "."));
  const offers = found.causes.flatMap((cause) => cause.suggestions).filter((one) => one.query);
  if (offers.length) {
    const list = element("ul", { class: "plain" });
    for (const one of offers.slice(0, 5)) {
      const go = element("a", { href: address(one.query), "data-query": one.query }, "Ask with ", element("code", {}, one.meant));
      list.append(element("li", {}, go, " ", element("span", { class: "muted small" }, "in place of ", element("code", {}, one.written))));
    }
    said.append(list);
  }
  said.append(element("p", { class: "small" }, element("a", { href: "/sparql/explain?" + new URLSearchParams({ query }) }, "Each pattern by itself")));
  return said;
}

async function explained(query, seconds) {
  const body = new URLSearchParams({ query, ...(seconds ? { timeout: seconds } : {}) });
  const response = await fetch("/sparql/explain", { method: "POST", body, headers: { Accept: "application/json" } });
  return response.ok ? response.json() : null;
}

function problem(error) {
  let found;
  try {
    found = JSON.parse(error.text);
  } catch {
    found = { title: error.status ? `Status ${error.status}` : "No answer", detail: error.text || "the server did not answer" };
  }
  const said = element("div", { class: "failed", role: "alert" }, element("p", {}, element("strong", {}, found.title ?? "No answer")));
  const place = found.line ? `Line ${found.line}, column ${found.column}: ` : "";
  said.append(element("p", {}, place, ...coded(found.detail ?? "")));
  said.append(...caution(found));
  return said;
}

function downloads(tab) {
  const query = tab.getYasqe().getValue();
  const form = tab.getYasqe().getQueryType()?.toUpperCase();
  const formats = form === "ASK" ? TRUTHS : form === "CONSTRUCT" || form === "DESCRIBE" ? TRIPLES : TABLES;
  if (query.length > LONGEST) return;
  const links = formats.map(([name, format]) => element("a", { href: address(query, { format }), download: "" }, name));
  document.getElementById("formats").replaceChildren("The answer as a file: ", ...links.flatMap((one) => [one, " "]));
  take.hidden = false;
}

// --- the editor

// A prefix that the endpoint knows is no error, and names with it are completed and shortened.
function knowPrefixes(Yasqe) {
  Yasqe.defineMode("sitrep", (config) => {
    const sparql = Yasqe.getMode(config, { name: "sparql11" });
    return { ...sparql, startState: (...given) => ({ ...sparql.startState(...given), prefixes: { ...prefixes } }) };
  });
  Yasqe.defaults.mode = "sitrep";
}

// For other endpoints: the PREFIX lines that this one fills in.
function declare(yasqe) {
  const query = yasqe.getValue();
  const bare = query.replace(/<[^<>\s]*>|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|#[^\n]*/g, " ");
  const used = Object.keys(prefixes).filter(
    (prefix) => new RegExp(`(?<![\\w.-])${prefix}:`).test(bare) && !new RegExp(`prefix\\s+${prefix}:`, "i").test(bare),
  );
  if (used.length) yasqe.setValue(used.map((prefix) => `PREFIX ${prefix}: <${prefixes[prefix]}>\n`).join("") + "\n" + query);
}

function begin(Yasgui) {
  const { Yasqe, Yasr } = Yasgui;
  knowPrefixes(Yasqe);
  Object.assign(Yasqe.defaults.extraKeys, { Tab: false, "Shift-Tab": false }); // who comes by keyboard can go on
  for (const name of Object.keys(Yasqe.Autocompleters)) if (name !== "variables") delete Yasqe.Autocompleters[name];
  Yasqe.defaults.autocompleters = ["variables"];
  Yasqe.registerAutocompleter(completer("sitrep-classes", "classes", isClassPlace));
  Yasqe.registerAutocompleter(completer("sitrep-properties", "properties", isPropertyPlace));
  Yasqe.defaults.editorHeight = "15rem";
  Yasr.defaults.errorRenderers = [async (error) => problem(error)];
  Yasr.plugins.table.defaults.openIriInNewWindow = false;
  const defaults = Yasgui.Tab.getDefaults;
  Yasgui.Tab.getDefaults = (yasgui) => {
    const tab = defaults(yasgui);
    tab.yasr.settings.pluginsConfig = { table: { compact: true, isEllipsed: false } };
    return tab;
  };

  const given = new URLSearchParams(location.search).get("query");
  const room = document.getElementById("yasgui");
  room.hidden = false;
  form.hidden = true;
  document.body.classList.add("has-yasgui");
  if (given !== null || matchMedia("(max-width: 46rem)").matches) beginnings.open = false;
  const yasgui = new Yasgui(room, {
    autofocus: false,
    copyEndpointOnNewTab: false,
    populateFromUrl: false,
    persistenceId: "sitrep",
    endpointCatalogueOptions: { getData: () => [{ endpoint: ENDPOINT }], keys: [] },
    requestConfig: {
      ...Yasqe.defaults.requestConfig,
      endpoint: ENDPOINT,
      method: "POST",
      acceptHeaderSelect: "application/sparql-results+json, application/problem+json;q=0.9",
      acceptHeaderGraph: "text/turtle, application/problem+json;q=0.9",
    },
    yasqe: { ...Yasqe.defaults, value: text.value, prefixCcApi: null, createShareableLink: (yasqe) => location.origin + address(yasqe.getValue()) },
    yasr: { ...Yasr.defaults, prefixes },
  });

  let asked = 0;

  // What is said about a query stands between it and its answer.
  function clear(tab) {
    notices.replaceChildren();
    take.hidden = true;
    tab.rootEl.querySelector(".editorwrapper").after(notices);
  }

  const isCurrent = (tab, number) => number === asked && yasgui.getTab() === tab;

  yasgui.on("query", async (_, tab) => {
    const number = ++asked;
    const query = tab.getYasqe().getValue();
    clear(tab);
    const to = address(query);
    history.replaceState(null, "", to.length < LONGEST ? to : "/sparql");
    if (!tab.getYasqe().queryValid) return; // the answer will say what is wrong with it
    try {
      const found = await explained(query, 0.5);
      if (found && isCurrent(tab, number)) notices.prepend(...caution(found));
    } catch {
      // the query itself will tell what is wrong
    }
  });
  yasgui.on("queryResponse", (_, tab) => setTimeout(() => answered(tab, asked)));

  async function answered(tab, number) {
    const results = tab.getYasr()?.results;
    if (!results || results.hasError()) return;
    downloads(tab);
    const isEmpty = results.getBoolean() === false || results.getBindings()?.length === 0;
    if (!isEmpty) return;
    const query = tab.getYasqe().getValue();
    try {
      const found = await explained(query);
      if (found?.empty !== false && found && isCurrent(tab, number)) notices.append(whyEmpty(found, query));
    } catch {
      // an answer without rows is an answer
    }
  }

  function watch(tab) {
    const yasr = tab?.getYasr();
    if (!yasr || yasr.isOurs) return;
    yasr.isOurs = true;
    new MutationObserver(() => link(yasr.resultsEl.querySelectorAll("a.iri"))).observe(yasr.resultsEl, { childList: true, subtree: true });
    link(yasr.resultsEl.querySelectorAll("a.iri"));
  }
  yasgui.on("tabSelect", (_, id) =>
    setTimeout(() => {
      const tab = yasgui.getTab(id);
      watch(tab);
      clear(tab);
      if (tab.hasResults()) downloads(tab);
    }),
  );
  yasgui.on("tabAdd", () => setTimeout(() => watch(yasgui.getTab())));

  function open(query) {
    const same = Object.values(yasgui._tabs).find((tab) => tab.getPersistedJson().yasqe.value.trim() === query.trim());
    const tab = same ?? yasgui.addTab(true, { ...Yasgui.Tab.getDefaults(yasgui), yasqe: { value: query } });
    if (same) yasgui.selectTabId(same.getId());
    watch(tab);
    return tab;
  }

  watch(yasgui.getTab());
  document.getElementById("declare").addEventListener("click", () => declare(yasgui.getTab().getYasqe()));
  if (given !== null) open(given).query().catch(() => {});
  document.addEventListener("click", (event) => {
    const example = event.target.closest?.("[data-query]");
    if (!example || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    open(example.dataset.query).query().catch(() => {});
    room.scrollIntoView({ block: "start" });
  });
  return yasgui;
}

function started() {
  const Yasgui = window.Yasgui?.default ?? window.Yasgui;
  if (typeof Yasgui === "function") begin(Yasgui);
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", started);
else started();
