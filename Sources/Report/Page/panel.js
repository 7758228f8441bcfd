// The chart of one column: drawn, zoomed, pointed at, walked through by keys.

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
