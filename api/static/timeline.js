// The timeline page: the entries of its table on a scale to move and to come closer. Without it the table says the same.

const DAY = 24 * 60 * 60 * 1000;
const FARTHEST = 60000 * DAY;  // from edge to edge at most
const GROUPS = [["event", "events"], ["term", "offices"], ["claim", "claims"]];
const LONGEST = 90;
const table = document.getElementById("entries");
const place = document.getElementById("interactive");

function day(text) {
  const [year, month, date] = text.split("-").map(Number);
  const found = new Date(2000, month - 1, date);
  found.setFullYear(year);  // the constructor takes 24 for 1924
  return found;
}

function short(text) {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1).trimEnd()}\u2026` : text;
}

function entry(row, id, last) {
  const { kind, start, end, vague } = row.dataset;
  if (!start && !end) return null;
  const link = row.querySelector("td.said a");
  const content = document.createElement("span");
  content.textContent = short(link.textContent.trim());
  const names = [kind];
  if (vague) names.push("vague");
  if (!start) names.push("open-start");
  if (!end) names.push("open-end");
  const item = { id, group: kind, content, className: names.join(" "), start: day(start || end), href: link.getAttribute("href") };
  if (start && end === start) return { ...item, type: "point" };
  // on or before a day: drawn to its end from a day earlier; since a day: on and on, past every edge
  if (!start) return { ...item, type: "range", start: new Date(item.start - DAY), end: new Date(+item.start + DAY) };
  return { ...item, type: "range", end: new Date(+(end ? day(end) : last) + (end ? DAY : FARTHEST)) };
}

function drawn() {
  const rows = [...table.querySelectorAll("tbody tr")];
  const known = rows.flatMap((row) => [row.dataset.start, row.dataset.end]).filter(Boolean).sort();
  if (!known.length) return;
  const items = rows.map((row, at) => entry(row, at, day(known.at(-1)))).filter(Boolean);
  const kinds = new Set(items.map((item) => item.group));
  const groups = GROUPS.filter(([kind]) => kinds.has(kind)).map(([id, content]) => ({ id, content }));
  place.parentElement.hidden = false;
  const [first, last] = [Math.min(...items.map((item) => item.start)), +day(known.at(-1)) + DAY];
  const around = Math.max((last - first) * 0.03, DAY);
  const end = new Date(last + 6 * around);  // the latest entries have their words on the right
  const timeline = new vis.Timeline(place, new vis.DataSet(items), new vis.DataSet(groups), {
    start: new Date(first - around), end, maxHeight: 460, verticalScroll: true, zoomKey: "ctrlKey", zoomMin: 7 * DAY, zoomMax: FARTHEST, selectable: false,
    showCurrentTime: false, orientation: "top", margin: { item: { horizontal: 4, vertical: 4 } },
    format: { minorLabels: { weekday: "D" } },
  });
  timeline.on("click", (event) => {
    const item = items.find((one) => one.id === event.item);
    if (item?.href) location.assign(item.href);
  });
  const shifted = (share) => {
    const { start, end } = timeline.getWindow();
    const by = (end - start) * share;
    timeline.setWindow(new Date(+start + by), new Date(+end + by));
  };
  const actions = {
    in: () => timeline.zoomIn(0.5), out: () => timeline.zoomOut(0.5), fit: () => timeline.setWindow(new Date(first - around), end),
    earlier: () => shifted(-0.5), later: () => shifted(0.5),
  };
  for (const button of document.querySelectorAll(".interactive [data-do]")) {
    button.addEventListener("click", actions[button.dataset.do]);
  }
}

if (table && place) drawn();
