// All that a picture depends on, as it stands in the address: where it starts, the steps since, and the filters.

const NAMES = ["kind", "predicate", "status", "from", "to", "claimant", "document"];

export class View {
  constructor(starts = [], steps = [], filters = {}) {
    this.starts = starts;
    this.steps = steps;
    this.filters = filters;
  }

  static of(graph) {
    return new View(graph.starts, graph.steps, graph.filters);
  }

  static read(query) {
    const given = new URLSearchParams(query);
    const filters = Object.fromEntries(NAMES.map((name) => [name, given.getAll(name)]).filter(([, values]) => values.length));
    return new View(given.getAll("start"), given.getAll("step"), filters);
  }

  get query() {
    const found = new URLSearchParams();
    for (const start of this.starts) found.append("start", start);
    for (const step of this.steps) found.append("step", step);
    for (const [name, values] of Object.entries(this.filters)) for (const value of values) found.append(name, value);
    return found.toString();
  }

  get filtered() {
    return Object.keys(this.filters).length > 0;
  }

  then(step) {
    return new View(this.starts, [...this.steps, step], this.filters);
  }

  // a thing that is dragged twice stands where it was put last
  put(name, x, y) {
    const rest = this.steps.filter((step) => !step.startsWith(`put ${name} `));
    return new View(this.starts, [...rest, `put ${name} ${Math.round(x)} ${Math.round(y)}`], this.filters);
  }

  free(name) {
    const rest = this.steps.filter((step) => !step.startsWith(`put ${name} `));
    return new View(this.starts, rest, this.filters);
  }

  with(filters) {
    const all = { ...this.filters, ...filters };
    return new View(this.starts, this.steps, Object.fromEntries(Object.entries(all).filter(([, values]) => values.length)));
  }
}
