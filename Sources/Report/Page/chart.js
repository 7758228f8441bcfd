// Axes and colours of everything that is drawn on a canvas.

/** Okabe and Ito's colours for lines, on light and on dark paper. */
const palettes = {
  light: ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#8a7f00"],
  dark: ["#4ba6e0", "#ff8a3d", "#2fcf9f", "#e39cc4", "#f0b93a", "#8fd0f7", "#f2f2f2", "#e6dc4a"],
};

let colors = new Map();
listeners.push((changes) => { if ("theme" in changes) colors = new Map(); });

/** A value that follows from the theme, found once. */
function themed(key, find) {
  if (!colors.has(key)) colors.set(key, find());
  return colors.get(key);
}

const isDark = () => themed("dark", () => {
  const theme = document.documentElement.dataset.theme;
  return theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
});

/** A colour of the style sheet. */
const ink = (name) => themed(name, () =>
  getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim());

/** From bad (0) to good (1): a part of cividis, which rises in lightness for every eye. */
function shade(share) {
  const stops = isDark()
    ? [[74, 86, 118], [110, 118, 130], [160, 156, 120], [212, 190, 92], [255, 234, 70]]
    : [[214, 205, 150], [170, 164, 128], [124, 123, 120], [70, 84, 122], [0, 42, 110]];
  const place = Math.max(0, Math.min(1, share)) * (stops.length - 1);
  const low = Math.min(stops.length - 2, Math.floor(place));
  const mix = stops[low].map((value, i) =>
    Math.round(value + (stops[low + 1][i] - value) * (place - low)));
  return `rgb(${mix.join(",")})`;
}

/** Each run's place among all by the metric: 1 is best, equal ones share; NaN without a value. */
const places = (() => {
  const finite = [...runs.keys()].filter((index) => Number.isFinite(scores[index]));
  const sign = data.goal === "minimize" ? -1 : 1;
  finite.sort((a, b) => sign * (scores[a] - scores[b]));
  const result = new Array(runs.length).fill(NaN);
  const last = Math.max(1, finite.length - 1);
  finite.forEach((index, i) => {
    const isEqual = i > 0 && scores[index] === scores[finite[i - 1]];
    result[index] = isEqual ? result[finite[i - 1]] : finite.length > 1 ? i / last : 1;
  });
  return result;
})();

const hasGroupColors = data.groups.length <= 8;

/** The colour of a run's lines. */
const colorOf = (index) => themed(index, () => {
  if (hasGroupColors) return palettes[isDark() ? "dark" : "light"][Math.max(0, groupOf[index]) % 8];
  return Number.isNaN(places[index]) ? ink("faint") : shade(places[index]);
});

/** An axis: numbers to places and back. */
function scale(low, high, isLog, from, to) {
  if (isLog) {
    const [a, b] = [Math.log(low), Math.log(high)];
    const place = (value) => from + (Math.log(value) - a) / (b - a) * (to - from);
    place.invert = (at) => Math.exp(a + (at - from) / (to - from) * (b - a));
    return Object.assign(place, { low, high, isLog });
  }
  const place = (value) => from + (value - low) / (high - low) * (to - from);
  place.invert = (at) => low + (at - from) / (to - from) * (high - low);
  return Object.assign(place, { low, high, isLog });
}

/** The ends of an axis that shows some numbers, with a margin. */
function ends(low, high, isLog, margin) {
  if (!(low <= high)) return isLog ? [1, 10] : [0, 1];
  if (isLog) {
    if (high / low < 1.0001) return [low / 2, high * 2];
    const factor = Math.pow(high / low, margin);
    return [low / factor, high * factor];
  }
  if (high - low <= Math.max(Math.abs(low), Math.abs(high)) * 1e-9) {
    const half = low === 0 ? 1 : Math.abs(low) * 0.1;
    return [low - half, high + half];
  }
  return [low - (high - low) * margin, high + (high - low) * margin];
}

/** The marked numbers of an axis: multiples of 1, 2 or 5 times a power of ten (Heckbert 1990). */
function ticks(axis, count) {
  const { low, high, isLog } = axis;
  if (isLog && high / low >= 3) {
    const decades = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
    const each = Math.max(1, Math.ceil((decades[1] - decades[0]) / (count + 1)));
    const digits = decades[1] - decades[0] <= 2 ? [1, 2, 5] : [1];
    const result = [];
    for (let decade = decades[0]; decade <= decades[1]; decade += each) {
      for (const digit of digits) result.push(digit * Math.pow(10, decade));
    }
    return result.filter((value) => value >= low && value <= high);
  }
  const rough = (high - low) / count;
  const power = Math.pow(10, Math.floor(Math.log10(rough)));
  const fraction = rough / power;
  const step = (fraction < 1.5 ? 1 : fraction < 3 ? 2 : fraction < 7 ? 5 : 10) * power;
  const result = [];
  for (let i = Math.ceil(low / step); i * step <= high && result.length < 50; i++) {
    result.push(Number((i * step).toPrecision(12)));
  }
  return result;
}

/** The text of a marked number. */
function tickText(value) {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e5 || size < 1e-3)) {
    return value.toExponential().replace("e+", "e").replaceAll("-", "\u2212");
  }
  return String(value).replace("-", "\u2212");
}

/** Pixels of the screen, or of paper, in one of CSS. */
const sharpness = () => Math.max(2, devicePixelRatio);
/**
 * The width of a line of one pixel, which is drawn some ten times faster than any other: for charts
 * of very many lines.
 */
const hairline = () => 1 / sharpness();

/** A canvas as sharp as the screen, and as paper; its context counts in CSS pixels. */
function prepare(canvas, height) {
  const width = Math.max(120, canvas.parentElement.clientWidth);
  const ratio = sharpness();
  canvas.style.height = `${height}px`;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  context.font = "11px system-ui, sans-serif";
  return { context, width, height };
}

/** Lines, numbers and grid of two axes around a box. */
function drawAxes(context, box, x, y) {
  context.lineWidth = 1;
  context.fillStyle = ink("muted");
  context.strokeStyle = ink("grid");
  context.beginPath();
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const value of ticks(x, Math.max(2, (box.right - box.left) / 80))) {
    context.moveTo(x(value), box.top);
    context.lineTo(x(value), box.bottom);
    context.fillText(tickText(value), x(value), box.bottom + 5);
  }
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const value of ticks(y, Math.max(2, (box.bottom - box.top) / 36))) {
    context.moveTo(box.left, y(value));
    context.lineTo(box.right, y(value));
    context.fillText(tickText(value), box.left - 6, y(value));
  }
  context.stroke();
}
