// Where the picture's facts come from: the server, or, in a file of its own, the file itself.

export const alone = document.body.dataset.alone === "true";
const read = (id) => {
  const found = document.getElementById(id);
  return found ? JSON.parse(found.textContent) : null;
};
const details = read("details");
const kept = new Map();

export const first = read("graph");

export class Refused extends Error {}

const asked = async (path, signal) => {
  const response = await fetch(path, { headers: { Accept: "application/json" }, signal });
  if (response.ok) return response.json();
  let problem = {};
  try { problem = await response.json(); } catch { /* no problem document: the status has to do */ }
  throw new Refused(problem.detail || `The server answered ${response.status}.`);
};

const remembered = async (path) => {
  if (!kept.has(path)) kept.set(path, asked(path).catch((error) => { kept.delete(path); throw error; }));
  return kept.get(path);
};

export const graphOf = (view, signal) => asked(`/explore/graph.json?${view.query}`, signal);
export const thingOf = async (id) => (alone ? details.things[id] : remembered(`/explore/thing.json?${new URLSearchParams({ id })}`));
export const relationOf = async (id) => (alone ? details.relations[id] : remembered(`/explore/relation.json?${new URLSearchParams({ id })}`));
export const pathsOf = (given) => asked(`/explore/paths.json?${new URLSearchParams(given)}`);
export const hitsFor = (q, signal) => asked(`/search?${new URLSearchParams({ q, limit: 8 })}`, signal);
export const textOf = async (path) => {
  const response = await fetch(path);
  if (!response.ok) throw new Refused(`The server answered ${response.status}.`);
  return response.text();
};
