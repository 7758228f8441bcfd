// Curves: a panel for each column, zoomed and smoothed together. The panels are in panel.js.

const cache = new Map();

function decoded(key, parts) {
  if (!cache.has(key)) {
    cache.set(key, parts && {
      steps: new Uint32Array(bytes(parts[0])), values: new Float32Array(bytes(parts[1])),
      errors: parts[2] ? new Float32Array(bytes(parts[2])) : null,
    });
  }
  return cache.get(key);
}

const runCurve = (run, column) => decoded(`${run} ${column}`, data.series[run]?.[column]);
const meanCurve = (group, column) =>
  decoded(`group ${group} ${column}`, data.groups[group].means?.[column]);

/**
 * The exponential mean of a curve, freed of its pull towards 0. Points of thinned curves stand
 * unevenly: a weight holds for the mean distance of two points.
 */
function smoothed(steps, values, weight) {
  if (weight === 0 || values.length < 3) return values;
  const distance = (steps[steps.length - 1] - steps[0]) / (steps.length - 1);
  let [mean, share] = [0, 0];
  return values.map((value, i) => {
    if (!Number.isFinite(value)) return value;
    const keep = i === 0 ? weight : Math.pow(weight, (steps[i] - steps[i - 1]) / distance);
    mean = keep * mean + (1 - keep) * value;
    share = keep * share + (1 - keep);
    return share > 0 ? mean / share : value;
  });
}

/** The lines that a panel shows now: the means over seeds, or single runs. */
function lines(column) {
  const result = [];
  const add = (curve, index, group, isMean) => {
    if (!curve) return;
    const perStep = state.x === "epoch" ? runs[index].epoch_per_step : 1;
    result.push({
      run: index, group, isMean, steps: curve.steps,
      x: Float64Array.from(curve.steps, (step) => step * perStep),
      y: smoothed(curve.steps, curve.values, state.smoothing),
      raw: curve.values, errors: curve.errors,
    });
  };
  data.groups.forEach((group, index) => {
    if (state.hidden.has(index)) return;
    const members = group.runs.filter((run) => visible.has(run));
    if (state.band && group.means && members.length === group.runs.length) {
      add(meanCurve(index, column), members[0], index, true);
    } else {
      for (const run of members) add(runCurve(run, column), run, index, false);
    }
  });
  return result;
}

/** A labelled box to tick. */
function tickBox(text, key) {
  const input = el("input", {
    type: "checkbox", checked: state[key], onchange: () => change({ [key]: input.checked }),
  });
  return el("label", {}, input, text);
}

function curveTools() {
  const slider = el("input", {
    type: "range", min: 0, max: 0.99, step: 0.01, value: 0, id: "smoothing",
    oninput: () => {
      change({ smoothing: Number(slider.value) });
      output.textContent = slider.value;
    },
  });
  const output = el("output", { htmlFor: "smoothing" }, "0");
  const axis = el("select", { onchange: () => change({ x: axis.value, zoom: null }) },
    el("option", { value: "step" }, "step"), el("option", { value: "epoch" }, "epoch"));
  const reset = el("button", { type: "button", disabled: true,
    onclick: () => change({ zoom: null }) }, "show all");
  listeners.push(() => { reset.disabled = state.zoom === null; });
  return el("div", { className: "tools" },
    el("label", {}, "over ", axis), el("label", {}, "smoothing ", slider, output),
    tickBox("log x", "logX"), tickBox("log y", "logY"), tickBox("without outliers", "clip"),
    state.band ? tickBox("mean \u00b1 s.e. over seeds", "band") : null,
    reset);
}

/** The groups with their colours, to switch on and off. */
function legend() {
  if (data.groups.length < 2) return null;
  if (!hasGroupColors) {
    return el("p", { className: "note" }, data.goal
      ? `Colours go from pale to strong with ${data.metric}: the strongest is best.`
      : `Colours go from pale to strong with rising ${data.metric}.`);
  }
  const list = el("div", { className: "legend", role: "group", ariaLabel: "groups of runs" });
  data.groups.forEach((group, index) => {
    const swatch = el("span", { className: "swatch" });
    const button = el("button", {
      type: "button", "aria-pressed": "true",
      onclick: () => {
        const hidden = new Set(state.hidden);
        if (!hidden.delete(index)) hidden.add(index);
        button.setAttribute("aria-pressed", String(!hidden.has(index)));
        change({ hidden });
      },
    }, swatch, group.label || runs[group.runs[0]].id, ` (${group.runs.length})`);
    const paint = () => { swatch.style.background = colorOf(group.runs[0]); };
    paint();
    listeners.push((changes) => { if ("theme" in changes) paint(); });
    list.append(button);
  });
  return list;
}

function curvesSection() {
  const left = runs.filter((_, index) => data.series[index] === null).length;
  // What decides stands first, what was measured on data before losses.
  const rank = (column) => column === metricIndex ? 0
    : /^(test|validation)\./.test(data.columns[column]) ? 1 : 2;
  const order = [...data.columns.keys()].sort((a, b) => rank(a) - rank(b) || a - b);
  const panels = order.map((column) => new Panel(column));
  const grid = el("div", { className: "panels" }, panels.map((panel) => panel.element));
  // One a frame, so that the page answers while charts of a thousand curves are still drawn.
  const waiting = [];
  const drawNext = () => {
    const panel = waiting.shift();
    panel.isNear = true;
    panel.draw();
    if (waiting.length > 0) requestAnimationFrame(drawNext);
  };
  const observer = new IntersectionObserver((entries) => {
    const isIdle = waiting.length === 0;
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      observer.unobserve(entry.target);
      waiting.push(panels.find((panel) => panel.element === entry.target));
    }
    if (isIdle && waiting.length > 0) drawNext();
  }, { rootMargin: "300px" });
  panels.forEach((panel) => observer.observe(panel.element));
  new ResizeObserver(() => panels.forEach((panel) => panel.draw())).observe(grid);
  listeners.push((changes) => {
    const isAbove = Object.keys(changes).every((key) => key === "hovered" || key === "selected");
    panels.forEach((panel) => { if (isAbove) panel.drawAbove(); else panel.draw(); });
  });
  addEventListener("beforeprint", () => panels.forEach((panel) => {
    panel.isNear = true;
    panel.draw();
  }));
  return el("section", { id: "curves" }, el("h2", {}, "Curves"), curveTools(), legend(),
    left > 0 ? el("p", { className: "note" },
      `Curves of the best ${counted(runs.length - left, "run")}; ${left} more would make the file `
      + "too large.") : null,
    grid,
    el("p", { className: "note" }, "Drag across a chart to zoom all of them, click a curve to "
      + "choose its run. Long curves are thinned; ends, least and greatest values stay."));
}
