// What every part of the page uses: the data, elements, numbers as text, and the state.

const data = JSON.parse(document.getElementById("data").textContent);

/** An element with properties and children; texts become text, never tags. */
function el(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key in element && key !== "list" && key !== "form") element[key] = value;
    else element.setAttribute(key, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** A measured number: JSON has none for NaN and infinities, which come as text. */
function number(value) {
  if (value === null || value === undefined) return NaN;
  if (typeof value === "number") return value;
  if (value === "inf") return Infinity;
  if (value === "-inf") return -Infinity;
  return NaN;
}

/** A number for people, with four digits that count. */
function show(value) {
  if (value === null || value === undefined) return "";
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "\u2212inf";
  if (value === 0) return "0";
  const size = Math.abs(value);
  const text = size >= 1e6 || size < 1e-3 ? value.toExponential(3)
    : Number.isInteger(value) ? String(value) : value.toPrecision(4);
  return text.replace("-", "\u2212").replace("e+", "e").replace("e-", "e\u2212");
}

/** A setting's text; of a long number four digits that count. */
function setting(text) {
  const isLong = text !== null && text.length > 8 && Number.isFinite(Number(text));
  return isLong ? show(Number(text)) : text ?? "none";
}

/** A mean with its standard error, of which two digits count. */
function meanText(mean, error) {
  const short = String(Number(error.toPrecision(2))).replace("-", "\u2212");
  return `${show(mean)} \u00b1 ${short}`;
}

/** A duration for people. */
function duration(seconds) {
  if (!Number.isFinite(seconds)) return "";
  const whole = Math.round(seconds);
  const two = (value) => String(value).padStart(2, "0");
  return whole < 3600 ? `${Math.floor(whole / 60)}:${two(whole % 60)}`
    : `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}

/** A count with its noun. */
function counted(count, noun) {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

/** Bytes of a text of base 64. */
function bytes(text) {
  const binary = atob(text);
  const result = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) result[i] = binary.charCodeAt(i);
  return result.buffer;
}

const runs = data.runs;
const metricIndex = data.columns.indexOf(data.metric);
/** The last value of the metric that judges runs. */
const scores = runs.map((run) => metricIndex < 0 ? NaN : number(run.last[metricIndex]));
const groupOf = new Array(runs.length).fill(-1);
data.groups.forEach((group, index) => group.runs.forEach((run) => { groupOf[run] = index; }));

/** The last name of a path, with the number of a layer behind it: `rate`, `layers.1`. */
function short(path) {
  const names = path.split(".");
  return names.slice(/^[0-9]+$/.test(names.at(-1)) ? -2 : -1).join(".");
}

/** A run's settings that differ, as text. */
function described(index) {
  return data.settings.map(({ name }, i) =>
    `${short(name)} ${setting(runs[index].settings[i])}`).join(", ");
}

/** What the reader has chosen; parts draw themselves anew when it changes. */
const state = {
  filter: "", brushes: new Map(), selected: data.best ?? data.order[0] ?? 0, hovered: null,
  hidden: new Set(), x: "step", zoom: null, smoothing: 0, logX: false, logY: false,
  clip: false, band: data.groups.some((group) => group.means),
};
let visible = new Set(runs.keys());
const listeners = [];
let pending = null;

/** Changes the state and has all parts draw themselves anew with the next frame. */
function change(changes) {
  Object.assign(state, changes);
  if (pending) {
    Object.assign(pending, changes);
    return;
  }
  pending = { ...changes };
  requestAnimationFrame(() => {
    const changes = pending;
    pending = null;
    if ("filter" in changes || "brushes" in changes) visible = chosen();
    for (const listener of listeners) listener(changes);
  });
}

/** The conditions of a filter: `status=failed`, `rate>1e-3`, `test.elbo<-200`, or any text. */
function conditions(text) {
  return text.split(/\s+/).filter((word) => word).map((word) => {
    const parts = word.match(/^([^<>=!]+)(<=|>=|!=|=|<|>)(.+)$/);
    return parts ? { name: parts[1], sign: parts[2], value: parts[3] } : { text: word };
  });
}

/** What a name of a filter means for a run: text or number. */
function property(run, name) {
  const plain = ["id", "experiment", "status", "seed", "step", "steps", "seconds"];
  if (plain.includes(name)) return run[name];
  const column = data.columns.indexOf(name);
  if (column >= 0) return number(run.last[column]);
  const place = data.settings.findIndex((setting) =>
    setting.name === name || setting.name.endsWith("." + name) || setting.paths.includes(name));
  return place >= 0 ? run.settings[place] : undefined;
}

function holds(condition, run) {
  if (condition.text) {
    const all = [run.id, run.experiment, run.status, run.seed, ...run.settings].join(" ");
    return all.toLowerCase().includes(condition.text.toLowerCase());
  }
  const value = property(run, condition.name);
  if (value === undefined || value === null) return false;
  // A measured NaN is a number too, one for which no condition but != holds.
  const isNumber = !Number.isNaN(Number(condition.value))
    && (typeof value === "number" || value !== "" && !Number.isNaN(Number(value)));
  const [a, b] = isNumber ? [Number(value), Number(condition.value)]
    : [String(value), condition.value];
  switch (condition.sign) {
    case "=": return a === b;
    case "!=": return a !== b;
    case "<": return a < b;
    case ">": return a > b;
    case "<=": return a <= b;
    default: return a >= b;
  }
}

/** The runs that filter and brushes leave. */
function chosen() {
  const all = conditions(state.filter);
  return new Set([...runs.keys()].filter((index) =>
    all.every((condition) => holds(condition, runs[index]))
    && [...state.brushes].every(([axis, brush]) => brush(index, axis))));
}
