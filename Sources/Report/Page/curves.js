// Curves: a panel for each column, zoomed and smoothed together.

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

/** A chart of one column. */
class Panel {
  constructor(column) {
    this.column = column;
    this.name = data.columns[column];
    this.canvas = el("canvas", { tabIndex: 0, role: "img" });
    // What follows the pointer lies above, so that the curves need not be drawn anew for it.
    this.above = el("canvas", { className: "above", ariaHidden: "true" });
    this.readout = el("p", { className: "readout", role: "status" });
    this.wide = el("button", {
      type: "button", className: "quiet", title: "wider or narrower", "aria-pressed": "false",
      onclick: () => {
        const isWide = this.element.classList.toggle("wide");
        this.wide.setAttribute("aria-pressed", String(isWide));
        this.draw();
      },
    }, "\u2922", el("span", { className: "hidden" }, `widen ${this.name}`));
    this.element = el("section", { className: "panel" },
      el("h3", {}, this.name, this.wide), this.readout,
      el("div", { className: "stack" }, this.canvas, this.above));
    this.isNear = false;
    this.drag = null;
    this.listen();
  }

  listen() {
    const at = (event) => [event.offsetX, event.offsetY];
    this.canvas.addEventListener("pointerdown", (event) => {
      this.drag = { from: at(event)[0], to: at(event)[0] };
      this.canvas.setPointerCapture(event.pointerId);
    });
    this.canvas.addEventListener("pointermove", (event) => {
      const [x, y] = at(event);
      if (this.drag) {
        this.drag.to = x;
        this.drawAbove();
      } else {
        this.hover(this.nearest(x, y));
      }
    });
    this.canvas.addEventListener("pointerup", () => {
      const drag = this.drag;
      this.drag = null;
      if (!drag || !this.x) return;
      if (Math.abs(drag.to - drag.from) > 5) {
        const zoom = [drag.from, drag.to].sort((a, b) => a - b).map(this.x.invert);
        change({ zoom });
      } else {
        if (this.near) change({ selected: this.near.line.run });
        this.drawAbove();
      }
    });
    this.canvas.addEventListener("pointerleave", () => this.hover(null));
    this.canvas.addEventListener("dblclick", () => change({ zoom: null }));
    this.canvas.addEventListener("keydown", (event) => this.key(event));
  }

  /** Arrows move and walk through the curves, plus and minus zoom, 0 shows all. */
  key(event) {
    if (!this.x) return;
    const [low, high] = [this.x.low, this.x.high];
    const step = (high - low) / 5;
    const moves = {
      ArrowLeft: [low - step, high - step], ArrowRight: [low + step, high + step],
      "+": [low + step, high - step], "=": [low + step, high - step],
      "-": [low - step, high + step], "0": null, Escape: null,
    };
    if (event.key in moves) {
      change({ zoom: moves[event.key] });
    } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      if (this.drawn.length === 0) return;
      const now = this.near ? this.drawn.indexOf(this.near.line) : -1;
      const next = now + (event.key === "ArrowDown" ? 1 : -1) + this.drawn.length;
      const line = this.drawn[next % this.drawn.length];
      this.hover({ line, point: line.y.length - 1 });
    } else {
      return;
    }
    event.preventDefault();
  }

  /** The drawn point nearest to a place, within 30 pixels. */
  nearest(x, y) {
    let best = null;
    let least = 900;
    for (const line of this.drawn ?? []) {
      for (let i = 0; i < line.x.length; i++) {
        const dx = this.x(line.x[i]) - x;
        if (dx > 30 || dx < -30) continue;
        const dy = this.y(line.y[i]) - y;
        if (dx * dx + dy * dy < least) [best, least] = [{ line, point: i }, dx * dx + dy * dy];
      }
    }
    return best;
  }

  hover(near) {
    const isSame = near?.line === this.near?.line && near?.point === this.near?.point;
    this.near = near;
    if (isSame) return;
    if (!near) {
      this.readout.textContent = "";
    } else {
      const { line, point } = near;
      const value = line.errors && Number.isFinite(line.errors[point])
        ? meanText(line.y[point], line.errors[point]) : show(line.y[point]);
      const name = line.isMean ? `mean of ${data.groups[line.group].runs.length} seeds`
        : runs[line.run].id;
      this.readout.textContent = `step ${line.steps[point]}: ${value}`
        + ` \u2014 ${[name, described(line.run)].filter((text) => text).join(", ")}`;
    }
    const hovered = near ? near.line.run : null;
    if (hovered !== state.hovered) change({ hovered });
    this.drawAbove();
  }

  /** The least and greatest of what is shown. */
  range(all) {
    let [x0, x1] = [Infinity, -Infinity];
    for (const line of all) {
      for (const x of line.x) {
        if (state.logX && x <= 0) continue;
        if (x < x0) x0 = x;
        if (x > x1) x1 = x;
      }
    }
    const xs = state.zoom && !(state.logX && state.zoom[0] <= 0) ? state.zoom
      : ends(x0, x1, state.logX, 0.01);
    const values = [];
    let [low, high] = [Infinity, -Infinity];
    const take = (value) => {
      if (!Number.isFinite(value) || (state.logY && value <= 0)) return;
      if (value < low) low = value;
      if (value > high) high = value;
      if (state.clip) values.push(value);
    };
    for (const line of all) {
      for (let i = 0; i < line.y.length; i++) {
        if (line.x[i] < xs[0] || line.x[i] > xs[1]) continue;
        take(line.y[i]);
        if (!(line.errors?.[i] > 0)) continue;
        take(line.y[i] - line.errors[i]);
        take(line.y[i] + line.errors[i]);
      }
    }
    if (values.length > 20) {
      values.sort((a, b) => a - b);
      low = values[Math.floor(values.length * 0.02)];
      high = values[Math.ceil(values.length * 0.98) - 1];
    }
    return [xs, ends(low, high, state.logY, 0.05)];
  }

  draw() {
    if (!this.isNear) return;
    const height = this.element.classList.contains("wide") ? 380 : 210;
    const { context, width } = prepare(this.canvas, height);
    const all = lines(this.column);
    this.drawn = all;
    const [xs, ys] = this.range(all);
    const box = { left: 58, top: 8, right: width - 12, bottom: height - 24 };
    const x = this.x = scale(xs[0], xs[1], state.logX, box.left, box.right);
    const y = this.y = scale(ys[0], ys[1], state.logY, box.bottom, box.top);
    drawAxes(context, box, x, y);
    context.save();
    context.beginPath();
    context.rect(box.left, box.top, box.right - box.left, box.bottom - box.top);
    context.clip();
    for (const line of all) this.drawBand(context, line);
    const [thick, opacity] = all.length > 40 ? [hairline(), 0.6] : [1.4, 1];
    for (const line of all) this.drawLine(context, line, thick, opacity);
    context.restore();
    this.box = box;
    this.canvas.setAttribute("aria-label", this.label(all));
    this.drawAbove();
  }

  /** The chosen curve, the point under the pointer, and the range that is being chosen. */
  drawAbove() {
    if (!this.drawn) return;
    const { context } = prepare(this.above, parseFloat(this.canvas.style.height));
    const { box } = this;
    context.beginPath();
    context.rect(box.left, box.top, box.right - box.left, box.bottom - box.top);
    context.clip();
    const marked = state.hovered ?? state.selected;
    for (const line of this.drawn.length > 1 ? this.drawn : []) {
      const isMarked = line.isMean ? line.group === groupOf[marked] : line.run === marked;
      if (isMarked) this.drawLine(context, line, 2.8, 1);
    }
    if (this.near && this.drawn.includes(this.near.line)) this.drawDot(context, this.near);
    this.drawDrag(context, box);
  }

  label(all) {
    if (all.length === 0) return `${this.name}: no curves`;
    const last = all.map((line) => line.y[line.y.length - 1]).filter(Number.isFinite);
    return `${this.name} over ${state.x}: ${counted(all.length, "curve")}, last values from `
      + `${show(Math.min(...last))} to ${show(Math.max(...last))}. Arrow keys walk through curves `
      + `and along the axis, plus and minus zoom, 0 shows all.`;
  }

  drawBand(context, line) {
    if (!line.errors) return;
    context.fillStyle = colorOf(line.run);
    context.globalAlpha = 0.16;
    let start = 0;
    const floor = state.logY ? this.y.low : -Infinity;
    for (let i = 0; i <= line.y.length; i++) {
      const isEnd = i === line.y.length || !Number.isFinite(line.y[i] + line.errors[i]);
      if (!isEnd) continue;
      if (i - start > 1) {
        context.beginPath();
        for (let j = start; j < i; j++) {
          context.lineTo(this.x(line.x[j]), this.y(line.y[j] + line.errors[j]));
        }
        for (let j = i - 1; j >= start; j--) {
          context.lineTo(this.x(line.x[j]), this.y(Math.max(floor, line.y[j] - line.errors[j])));
        }
        context.fill();
      }
      start = i + 1;
    }
    context.globalAlpha = 1;
  }

  drawLine(context, line, width, opacity) {
    const paint = (values, width, opacity) => {
      context.lineWidth = width;
      context.globalAlpha = opacity;
      context.beginPath();
      let isGap = true;
      // A point alone makes no line.
      if (values.length === 1) context.arc(this.x(line.x[0]), this.y(values[0]), 1.5, 0, 7);
      for (let i = 0; i < values.length; i++) {
        if (!Number.isFinite(values[i]) || (state.logY && values[i] <= 0)) {
          isGap = true;
          continue;
        }
        const [px, py] = [this.x(line.x[i]), this.y(values[i])];
        if (isGap) context.moveTo(px, py);
        context.lineTo(px, py);
        isGap = false;
      }
      context.stroke();
      context.globalAlpha = 1;
    };
    context.strokeStyle = colorOf(line.run);
    context.lineJoin = width > 1 ? "round" : "bevel";
    if (state.smoothing > 0 && this.drawn.length <= 8) paint(line.raw, 1, 0.25);
    paint(line.y, width, opacity);
  }

  drawDot(context, { line, point }) {
    context.fillStyle = colorOf(line.run);
    context.beginPath();
    context.arc(this.x(line.x[point]), this.y(line.y[point]), 4, 0, 7);
    context.fill();
  }

  drawDrag(context, box) {
    if (!this.drag) return;
    const [a, b] = [this.drag.from, this.drag.to].sort((a, b) => a - b);
    context.fillStyle = ink("accent");
    context.globalAlpha = 0.15;
    context.fillRect(a, box.top, b - a, box.bottom - box.top);
    context.globalAlpha = 1;
  }
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
