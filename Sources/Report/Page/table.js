// The table of all runs: sorted, filtered, and the place where one is chosen.

/** The table's columns: how a run's cell reads, and what sorts it. */
function tableColumns() {
  const columns = [
    { name: "run", text: (run) => run.id, key: (run) => run.id },
    { name: "status", text: (run) => run.status, key: (run) => run.status },
  ];
  if (new Set(runs.map((run) => run.experiment)).size > 1) {
    columns.splice(1, 0, { name: "experiment", text: (run) => run.experiment,
      key: (run) => run.experiment });
  }
  const asKey = (text) => text !== null && text !== "" && !Number.isNaN(Number(text))
    ? Number(text) : text ?? "";
  data.settings.forEach(({ name, paths }, i) => columns.push({
    name, title: paths.join("\n"), isNumber: true,
    text: (run) => run.settings[i] === null ? "" : setting(run.settings[i]),
    key: (run) => asKey(run.settings[i]),
  }));
  columns.push({ name: "seed", isNumber: true, text: (run) => run.seed,
    key: (run) => Number(run.seed) });
  const measured = [...data.columns.keys()].filter((i) => i !== metricIndex);
  const first = measured.filter((i) => /^(test|validation)\./.test(data.columns[i]));
  const rest = measured.filter((i) => !first.includes(i));
  const own = metricIndex < 0 ? [] : [metricIndex];
  for (const i of [...own, ...first, ...rest].slice(0, 10)) {
    columns.push({ name: data.columns[i], isNumber: true,
      text: (run) => run.last[i] === null ? "" : show(number(run.last[i])),
      key: (run) => number(run.last[i]) });
  }
  columns.push({ name: "steps", isNumber: true, text: (run) => `${run.step}/${run.steps}`,
    key: (run) => run.step });
  columns.push({ name: "time", isNumber: true, text: (run) => duration(run.seconds ?? NaN),
    key: (run) => run.seconds ?? NaN });
  return columns;
}

/** The order of two keys: numbers, then texts; what is missing stands last. */
function compareKeys(a, b) {
  const rank = (key) => typeof key === "number" ? (Number.isNaN(key) ? 2 : 0) : key === "" ? 2 : 1;
  if (rank(a) !== rank(b)) return { order: rank(a) - rank(b), isFixed: true };
  if (rank(a) === 2) return { order: 0, isFixed: true };
  return { order: a < b ? -1 : a > b ? 1 : 0, isFixed: rank(a) === 2 };
}

function tableSection() {
  const columns = tableColumns();
  const body = el("tbody");
  const metric = columns.findIndex((column) => column.name === data.metric);
  let sort = metric >= 0 && data.goal ? { column: metric, isDown: data.goal === "maximize" } : null;
  let [most, rows] = [200, []];
  const heads = columns.map((column, i) => el("th",
    { scope: "col", className: column.isNumber ? "number" : "", title: column.title ?? null },
    el("button", { type: "button", onclick: () => {
      sort = { column: i, isDown: sort?.column === i && !sort.isDown };
      fill();
    } }, column.name)));
  const filter = el("input", {
    type: "search", placeholder: "status=finished rate>1e-3", spellcheck: false,
    oninput: () => change({ filter: filter.value }),
  });
  const count = el("span", { className: "readout", role: "status" });
  const more = el("button", { type: "button", onclick: () => { most = Infinity; fill(); } });

  function order() {
    const shown = data.order.filter((index) => visible.has(index));
    if (!sort) return shown;
    const { key } = columns[sort.column];
    const keys = new Map(shown.map((index) => [index, key(runs[index])]));
    return shown.sort((a, b) => {
      const { order, isFixed } = compareKeys(keys.get(a), keys.get(b));
      return sort.isDown && !isFixed ? -order : order;
    });
  }

  function fill() {
    const all = order();
    rows = all.slice(0, most);
    heads.forEach((head, i) => head.setAttribute("aria-sort",
      sort?.column !== i ? "none" : sort.isDown ? "descending" : "ascending"));
    body.replaceChildren(...rows.map(row));
    count.textContent = `${all.length} of ${counted(runs.length, "run")}`;
    more.textContent = `show all ${all.length}`;
    more.hidden = rows.length === all.length;
    mark();
  }

  function row(index) {
    const choose = el("button", { type: "button", className: "run",
      onclick: () => change({ selected: index }) }, runs[index].id);
    return el("tr", {
      className: `status-${runs[index].status}`,
      onmouseenter: () => change({ hovered: index }), onmouseleave: () => change({ hovered: null }),
    }, columns.map((column, i) => i === 0 ? el("th", { scope: "row" }, choose)
      : el("td", { className: column.isNumber ? "number" : "" }, column.text(runs[index]))));
  }

  function mark() {
    [...body.rows].forEach((element, i) => {
      element.classList.toggle("best", rows[i] === data.best);
      element.classList.toggle("hovered", rows[i] === state.hovered);
      const isChosen = rows[i] === state.selected;
      element.classList.toggle("selected", isChosen);
      element.firstChild.firstChild.setAttribute("aria-pressed", String(isChosen));
    });
  }

  listeners.push((changes) => {
    if ("filter" in changes || "brushes" in changes) fill();
    else if ("selected" in changes || "hovered" in changes) mark();
  });
  fill();
  return el("section", { id: "table" }, el("h2", {}, "All runs"),
    el("div", { className: "tools" }, el("label", {}, "filter ", filter), count),
    el("div", { className: "scroll", tabIndex: 0, role: "region", ariaLabel: "table of runs" },
      el("table", {}, el("thead", {}, el("tr", {}, heads)), body)),
    more,
    el("p", { className: "note" }, "A filter is words, or conditions with =, !=, <, >, <=, >= on a "
      + "setting, a column or status; it holds for curves too. Measurements are the last values."));
}
