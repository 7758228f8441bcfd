// What a study shows beside curves: samples, parallel coordinates, what decides.

function samplesSection() {
  if (data.samples.length === 0) return null;
  const owners = [...new Set(data.samples.map((sample) => sample.run))];
  const choice = el("select", { onchange: () => show(Number(choice.value)) },
    owners.map((run) => el("option", { value: run },
      `${runs[run].id}${run === data.best ? " (best)" : ""} ${described(run)}`)));
  const slider = el("input", { type: "range", min: 0, step: 1, oninput: () => paint() });
  const output = el("output");
  const pictures = el("div", { className: "pictures" });
  const play = el("button", { type: "button", onclick: () => toggle() }, "play");
  let [steps, timer] = [[], null];

  function show(run) {
    const own = data.samples.filter((sample) => sample.run === run);
    steps = [...new Set(own.map((sample) => sample.step))].sort((a, b) => a - b);
    slider.max = steps.length - 1;
    slider.value = steps.length - 1;
    slider.disabled = play.disabled = steps.length < 2;
    paint();
  }

  function paint() {
    const step = steps[Number(slider.value)];
    const run = Number(choice.value);
    output.textContent = `step ${step}`;
    slider.setAttribute("aria-valuetext", `step ${step}`);
    pictures.replaceChildren(...data.samples
      .filter((sample) => sample.run === run && sample.step === step)
      .map((sample) => el("figure", {},
        el("img", {
          src: `data:image/png;base64,${sample.png}`,
          alt: `${sample.name || "samples"} of run ${runs[run].id} after ${step} steps`,
        }),
        el("figcaption", {}, sample.name || "samples"))));
  }

  function toggle() {
    if (timer) {
      clearInterval(timer);
      timer = null;
    } else {
      if (Number(slider.value) === steps.length - 1) slider.value = -1;
      timer = setInterval(() => {
        slider.value = Number(slider.value) + 1;
        paint();
        if (Number(slider.value) === steps.length - 1) toggle();
      }, 250);
    }
    play.textContent = timer ? "stop" : "play";
  }

  listeners.push((changes) => {
    if (!("selected" in changes) || !owners.includes(state.selected)) return;
    choice.value = state.selected;
    show(state.selected);
  });
  choice.value = owners.includes(state.selected) ? state.selected : owners[0];
  show(Number(choice.value));
  return el("section", { id: "samples" }, el("h2", {}, "Samples over time"),
    el("div", { className: "tools" }, el("label", {}, "run ", choice),
      el("label", {}, "step ", slider), output, play),
    pictures,
    data.samples_thinned ? el("p", { className: "note" },
      "Some pictures are left out to keep the file small.") : null);
}

/** The axes of the parallel coordinates: settings that differ, then the metric. */
function axes() {
  const all = data.settings.slice(0, 12).map((setting, i) => ({
    name: setting.name, texts: runs.map((run) => run.settings[i]),
  }));
  if (metricIndex >= 0) {
    const texts = scores.map((score) => Number.isFinite(score) ? String(score) : null);
    all.push({ name: data.metric, texts });
  }
  for (const axis of all) {
    const numbers = axis.texts.map((text) => text === null || text === "" ? NaN : Number(text));
    const finite = numbers.filter(Number.isFinite);
    const given = axis.texts.filter((text) => text !== null);
    const distinct = new Set(given).size;
    const isOfFew = axis.name !== data.metric && distinct <= 8;
    if (finite.length === given.length && distinct > 1 && !isOfFew) {
      axis.values = numbers;
      const [low, high] = [finite.reduce((a, b) => Math.min(a, b)),
        finite.reduce((a, b) => Math.max(a, b))];
      axis.isLog = low > 0 && high / low >= 20;
      axis.ends = ends(low, high, axis.isLog, 0.02);
    } else {
      axis.names = [...new Set(given)].sort((a, b) => a - b || (a < b ? -1 : 1));
      axis.values = axis.texts.map((text) => text === null ? NaN : axis.names.indexOf(text));
      axis.ends = [-0.5, Math.max(0.5, axis.names.length - 0.5)];
    }
  }
  return all;
}

/** Parallel coordinates: a line for each run; dragging along an axis filters. */
class Parallel {
  constructor() {
    this.axes = axes();
    this.ranges = new Map();
    this.canvas = el("canvas", {
      role: "img", ariaLabel: "Parallel coordinates of " + this.axes.map((axis) => axis.name)
        .join(", ") + ". The table below has the same values; its filter does what dragging does.",
    });
    this.reset = el("button", { type: "button", disabled: true,
      onclick: () => { this.ranges.clear(); this.apply(); } }, "show all");
    this.count = el("span", { className: "readout", role: "status" });
    this.element = el("section", { id: "parallel" }, el("h2", {}, "Settings and result"),
      el("div", { className: "tools" }, this.reset, this.count),
      el("div", {}, this.canvas),
      el("p", { className: "note" }, "One line is one run, from its settings to its last "
        + `${data.metric ?? "value"}. Drag along an axis to keep the runs in a range; a click on `
        + "it keeps all."));
    this.listen();
    listeners.push(() => this.draw());
    new ResizeObserver(() => this.draw()).observe(this.element);
  }

  listen() {
    this.canvas.addEventListener("pointerdown", (event) => {
      const index = this.places.findIndex((x) => Math.abs(x - event.offsetX) < 24);
      if (index < 0) return;
      this.drag = { index, from: event.offsetY, to: event.offsetY };
      this.canvas.setPointerCapture(event.pointerId);
    });
    this.canvas.addEventListener("pointermove", (event) => {
      if (!this.drag) return;
      this.drag.to = event.offsetY;
      this.draw();
    });
    this.canvas.addEventListener("pointerup", () => {
      if (!this.drag) return;
      const { index, from, to } = this.drag;
      this.drag = null;
      if (Math.abs(from - to) < 4) {
        this.ranges.delete(index);
      } else {
        const range = [from, to].map((y) => this.scales[index].invert(y)).sort((a, b) => a - b);
        this.ranges.set(index, range);
      }
      this.apply();
    });
  }

  apply() {
    const brushes = new Map([...this.ranges].map(([index, [low, high]]) => {
      const { values } = this.axes[index];
      return [index, (run) => values[run] >= low && values[run] <= high];
    }));
    this.reset.disabled = brushes.size === 0;
    change({ brushes });
  }

  draw() {
    const { context, width, height } = prepare(this.canvas, 320);
    const box = { left: 70, top: 34, right: width - 70, bottom: height - 12 };
    const gap = (box.right - box.left) / Math.max(1, this.axes.length - 1);
    this.places = this.axes.map((_, i) => box.left + i * gap);
    this.scales = this.axes.map((axis) =>
      scale(axis.ends[0], axis.ends[1], axis.isLog, box.bottom, box.top));
    const isCrowded = visible.size > 100;
    // The best lie above.
    const order = [...runs.keys()].sort((a, b) => (places[a] || 0) - (places[b] || 0));
    const thick = isCrowded ? hairline() : 1.2;
    for (const index of order) if (!visible.has(index)) this.line(context, index, 0.12, hairline());
    for (const index of order) if (visible.has(index)) this.line(context, index, 0.8, thick);
    this.line(context, state.hovered ?? state.selected, 1, 3);
    this.axes.forEach((axis, i) => this.axis(context, axis, i, box, gap));
    this.count.textContent = visible.size === runs.length ? ""
      : `${visible.size} of ${counted(runs.length, "run")}`;
  }

  line(context, index, opacity, width) {
    context.strokeStyle = themed(`place ${index}`, () =>
      Number.isNaN(places[index]) ? ink("faint") : shade(places[index]));
    context.globalAlpha = opacity;
    context.lineWidth = width;
    context.beginPath();
    let isGap = true;
    this.axes.forEach((axis, i) => {
      const y = this.scales[i](axis.values[index]);
      if (Number.isNaN(y)) { isGap = true; return; }
      if (isGap) context.moveTo(this.places[i], y);
      context.lineTo(this.places[i], y);
      isGap = false;
    });
    context.stroke();
    context.globalAlpha = 1;
  }

  axis(context, axis, i, box, gap) {
    const [x, place] = [this.places[i], this.scales[i]];
    context.strokeStyle = context.fillStyle = ink("text");
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(x, box.top);
    context.lineTo(x, box.bottom);
    context.stroke();
    context.textAlign = "center";
    context.textBaseline = "bottom";
    context.fillText(fitted(context, axis.name, gap - 8), x, box.top - 12);
    context.textAlign = "left";
    context.textBaseline = "middle";
    const marks = axis.names ? axis.names.map((name, index) => [index, name])
      : ticks({ low: axis.ends[0], high: axis.ends[1], isLog: axis.isLog }, 5)
        .map((value) => [value, tickText(value)]);
    for (const [value, text] of marks.slice(0, 24)) {
      const shown = fitted(context, text, gap - 16);
      context.fillStyle = ink("paper");
      context.globalAlpha = 0.75;
      context.fillRect(x + 4, place(value) - 7, context.measureText(shown).width + 4, 14);
      context.globalAlpha = 1;
      context.fillStyle = ink("muted");
      context.fillText(shown, x + 6, place(value));
    }
    const range = this.drag?.index === i ? [this.drag.from, this.drag.to]
      : this.ranges.has(i) ? this.ranges.get(i).map(place) : null;
    if (!range) return;
    context.fillStyle = ink("accent");
    context.globalAlpha = 0.3;
    context.fillRect(x - 8, Math.min(...range), 16, Math.abs(range[0] - range[1]));
    context.globalAlpha = 1;
  }
}

/** As much of a text as fits, its end first: the last names of a path say most. */
function fitted(context, text, width) {
  if (context.measureText(text).width <= width) return text;
  let short = text;
  while (short.length > 1 && context.measureText("\u2026" + short).width > width) {
    short = short.slice(1);
  }
  return "\u2026" + short;
}

function importanceSection() {
  if (!data.importance) return null;
  const rows = data.settings.map((setting, i) => ({ ...setting, ...data.importance.shares[i] }))
    .sort((a, b) => b.mean - a.mean);
  const bar = (share) => {
    const element = el("span", { className: "bar" });
    element.style.width = `${Math.max(0.5, share * 100)}%`;
    return element;
  };
  const percent = (share) => `${Math.round(share * 100)} %`;
  const direction = (value) => {
    if (Math.abs(value) < 0.1) return "no clear direction";
    const text = value.toFixed(2).replace("-", "\u2212");
    return `${value > 0 ? "rises" : "falls"} with it (\u03c1 = ${text})`;
  };
  const line = (row) => el("tr", {},
    el("th", { scope: "row", title: row.paths.join("\n") }, row.name),
    el("td", { className: "bars" }, bar(row.mean)),
    el("td", { className: "number" },
      `${percent(row.mean)} \u00b1 ${Math.round(row.deviation * 100)}`),
    el("td", {}, direction(row.correlation)));
  return el("section", { id: "importance" }, el("h2", {}, `What decides ${data.metric}`),
    el("div", { className: "scroll" }, el("table", { className: "importance" },
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "setting"),
        el("th", { scope: "col" }, "share"), el("th", { scope: "col", className: "number" }, ""),
        el("th", { scope: "col" }, data.metric))),
      el("tbody", {}, rows.map(line),
        el("tr", {}, el("th", { scope: "row" }, "several together"),
          el("td", { className: "bars" }, bar(data.importance.interactions)),
          el("td", { className: "number" }, percent(data.importance.interactions)), el("td"))))),
    el("p", { className: "note" }, `Functional analysis of variance (Hutter, Hoos, Leyton-Brown `
      + `2014) of ${counted(data.importance.runs, "run")}: each setting's share of the variance of `
      + "the ranks by the metric, in a forest of 64 trees, over the values that were tried, with "
      + "the standard deviation over the trees. It says what mattered in these runs, not beyond."));
}
