// The page from top to bottom.

/** Mean and standard error over a group's last values. */
function overSeeds(group) {
  const values = group.runs.map((run) => scores[run]).filter(Number.isFinite);
  if (values.length < 2) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const n = values.length;
  return { mean, error: Math.sqrt(squares / (n - 1) / n), n };
}

function headSection() {
  const names = ["finished", "running", "interrupted", "pruned", "diverged", "failed"];
  const others = runs.map((run) => run.status).filter((status) => !names.includes(status));
  const counts = data.sweep ? data.sweep.counts.map(({ name, count, word }) => [name, count, word])
    : [...names, ...new Set(others)].map((status) =>
      [status, runs.filter((run) => run.status === status).length]);
  const chips = counts.filter(([, count]) => count > 0).map(([status, count, word]) =>
    el("li", { className: `chip status-${status}` },
      `${count.toLocaleString("en")} ${word ?? status}`));
  const theme = el("button", { type: "button", className: "theme", onclick: () => {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    change({ theme: true });
  } }, "light / dark");
  const experiments = [...new Set(runs.map((run) => run.experiment))];
  return el("header", {}, el("div", {}, el("h1", {}, data.title), theme),
    el("p", { className: "muted" }, `${counted(runs.length, "run")} of `
      + `${experiments.length === 1 ? experiments[0] : counted(experiments.length, "experiment")}, `
      + `seen ${data.made.replace("T", " ").replace("Z", " UTC")} by assay ${data.version}`),
    data.sweep ? el("p", {}, `The sweep is ${data.sweep.status}: `
      + `${counted(data.sweep.trials, "trial")}. ${data.sweep.message ?? ""}`) : null,
    el("ul", { className: "chips" }, chips));
}

/** What papers claim, beside what was measured. */
function claimsSection() {
  if (data.claims.length === 0) return null;
  const row = (texts, kind) => el("tr", {}, texts.map((text, i) => el(kind, {
    className: i === 0 ? null : i === texts.length - 1 ? `verdict-${text}` : "number" }, text)));
  const tables = data.claims.map(({ experiment, run, groups, paper, columns, rows }) => [
    data.claims.length > 1 ? el("h3", {}, experiment) : null,
    paper === null ? null : el("p", {}, paper),
    groups > 1 ? el("p", { className: "muted" },
      `Of ${groups} groups of runs, that of ${run} is compared.`) : null,
    el("table", { className: "claims" }, el("thead", {}, row(columns, "th")),
      el("tbody", {}, rows.map((texts) => row(texts, "td"))))]);
  return el("section", { id: "claims" }, el("h2", {}, "Claims"), tables.flat(),
    el("p", { className: "note" }, "Means \u00b1 standard errors over n runs. The difference is in "
      + "standard errors of both together, and up to 2 either way agree. By chance alone about 1 in "
      + "20 is larger, and more where n is small."));
}

/** What a run alone measured last. */
function lastSection() {
  const facts = data.columns.map((name, i) => [name, runs[0].last[i]])
    .filter(([, value]) => value !== null);
  const [{ step, steps }] = runs;
  return el("section", { id: "best" }, el("h2", {}, `After ${step} of ${steps} steps`),
    facts.length === 0 ? el("p", {}, "Nothing is measured yet.")
      : el("dl", {}, facts.flatMap(([name, value]) =>
        [el("dt", {}, name), el("dd", {}, show(number(value)))])));
}

function bestSection() {
  if (runs.length === 1) return lastSection();
  const index = data.best;
  if (index === null) {
    return el("section", { id: "best" }, el("h2", {}, "Best"), el("p", {}, data.metric === null
      ? "Nothing is measured yet." : data.goal === null
        ? `No run says whether more or less of ${data.metric} is better: --goal does.`
        : `No run has a value of ${data.metric} yet.`));
  }
  const run = runs[index];
  const group = overSeeds(data.groups[groupOf[index]] ?? { runs: [] });
  const goal = data.goal === "minimize" ? "the least" : "the greatest";
  return el("section", { id: "best" }, el("h2", {}, "Best"),
    el("p", { className: "best" },
      el("b", {}, group ? meanText(group.mean, group.error) : show(scores[index])),
      ` ${data.metric} `, el("span", { className: "muted" }, group
        ? `(${goal} mean of last values over ${group.n} seeds, \u00b1 standard error)`
        : `(${goal} last value)`)),
    el("p", {}, described(index)),
    el("p", {}, group ? "its best run " : "run ", el("button", { type: "button", className: "run",
      onclick: () => change({ selected: index }) }, run.id),
    ` with seed ${run.seed}${group ? `: ${show(scores[index])}` : ""}`),
    data.tied > 1 ? el("p", { className: "muted" },
      `${counted(data.tied - 1, "other point")} with the same ${group ? "mean" : "value"}.`) : null,
    run.best_step !== null && number(run.best) !== scores[index]
      ? el("p", { className: "muted" },
        `On the way it had ${show(number(run.best))} at step ${run.best_step}.`) : null);
}

/** What holds of the numbers, and how to prove it. */
function certainSection() {
  const numerics = [...new Set(runs.map((run) => run.numerics))];
  const digests = new Map();
  for (const run of runs) {
    for (const [name, digest] of Object.entries(run.data)) {
      digests.set(name, (digests.get(name) ?? new Set()).add(digest));
    }
  }
  const seeds = [...new Set(runs.map((run) => run.seed))].sort((a, b) => a - b);
  const facts = [
    ["numerics", `version ${numerics.join(", ")}`
      + (numerics.length > 1 ? ": results of different versions have different bits" : "")],
    ["program", `assay ${[...new Set(runs.map((run) => run.version))].join(", ")}`],
    ["seeds", seeds.length > 12 ? `${seeds.length}, from ${seeds[0]} to ${seeds.at(-1)}`
      : seeds.join(", ")],
    ...[...digests].map(([name, set]) => [`data ${name}`, set.size === 1
      ? `sha256 ${[...set][0].slice(0, 16)}\u2026` : `${set.size} different digests`,
    [...set].join("\n")]),
    data.sweep ? ["sweep", data.sweep.identity] : null,
    runs.length === 1 ? ["identity", runs[0].identity] : null,
  ];
  const sample = runs[state.selected]?.id ?? "RUN";
  return el("section", { id: "certain" }, el("h2", {}, "What is certain"),
    el("dl", {}, facts.filter((fact) => fact).flatMap(([name, text, title]) =>
      [el("dt", {}, name), el("dd", { title }, text)])),
    el("p", { className: "note" }, "A run's directory is named by its identity, the digest of its "
      + "experiment, its data and the numerics version: the same file, seed and data give the same "
      + "bits. ", el("code", {}, `assay verify ${sample}`), " replays a run and compares them"
      + (data.sweep ? "; " : "."), ...(data.sweep ? [el("code", {},
      `assay verify ${data.sweep.id}`), " replays the decisions of the sweep."] : [])));
}

/** What went wrong, run by run. */
function failuresSection() {
  const bad = [...runs.keys()].filter((index) =>
    ["failed", "diverged"].includes(runs[index].status));
  const refused = data.sweep?.refused ?? [];
  if (bad.length + refused.length === 0) return null;
  return el("details", { id: "failures" },
    el("summary", {}, `${counted(bad.length + refused.length, "run")} failed or diverged`),
    el("ul", {}, bad.slice(0, 100).map((index) => el("li", {},
      el("b", {}, `${runs[index].id} ${runs[index].status}`),
      ` at step ${runs[index].step}: ${runs[index].message ?? "no message"}`,
      el("span", { className: "muted" }, ` ${described(index)}`))),
    refused.map(({ trial, message }) => el("li", {}, el("b", {}, `trial ${trial} refused`),
      `: ${message}`))),
    bad.length > 100 ? el("p", {}, `and ${bad.length - 100} more, in the table`) : null);
}

/** The long form of the chosen run's experiment, with the lines in which runs differ. */
function experimentSection() {
  const title = el("p", { className: "note" });
  const code = el("pre", { tabIndex: 0, role: "region", ariaLabel: "the experiment" });

  function values(place) {
    const texts = new Set(runs.map((run) => run.marked[place] ?? "none"));
    const all = [...texts].sort((a, b) => a - b || (a < b ? -1 : 1)).map(setting);
    return all.length > 6 ? `${all[0]} \u2026 ${all.at(-1)}, ${all.length} values` : all.join(", ");
  }

  function paint() {
    const run = runs[state.selected];
    const experiment = data.experiments.find((one) => runs[one.run].experiment === run?.experiment)
      ?? data.experiments[0];
    if (!experiment) return;
    const owner = runs[experiment.run];
    title.textContent = `The long form of ${owner.experiment}, as run ${owner.id} has it. `
      + (run.marked.length === 0 ? "" : "Marked lines differ between runs; beside them stand "
      + `the value of the chosen run ${run.id} and all that occur.`);
    code.replaceChildren(...experiment.lines.flatMap((line, i) => {
      const marks = experiment.marks[i];
      if (!marks) return [`${line}\n`];
      const note = marks.map(([place, follows]) => (follows ? `${short(data.marked[place])} ` : "")
        + `${setting(run.marked[place])}   (${values(place)})`).join("; ");
      return [el("mark", {}, line), el("span", { className: "aside" }, `  \u25c2 ${note}`), "\n"];
    }));
  }

  listeners.push((changes) => { if ("selected" in changes) paint(); });
  paint();
  return el("section", { id: "experiment" }, el("h2", {}, "Experiment"),
    el("details", { open: data.experiments.length > 0 }, el("summary", {}, "resolved.yaml"),
      title, code));
}

function build() {
  const page = document.getElementById("page");
  const hasStudy = runs.length > 1 && data.settings.length > 0;
  const sections = [
    headSection(), claimsSection(), failuresSection(),
    el("div", { className: "pair" }, bestSection(), certainSection()),
    data.columns.length > 0 ? curvesSection() : null,
    samplesSection(), hasStudy ? new Parallel().element : null,
    hasStudy ? importanceSection() : null, runs.length > 0 ? tableSection() : null,
    runs.length > 0 ? experimentSection() : null,
  ];
  page.replaceChildren(...sections.filter((section) => section));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change",
    () => change({ theme: true }));
  // Paper is white.
  let theme;
  addEventListener("beforeprint", () => {
    theme = document.documentElement.dataset.theme;
    document.documentElement.dataset.theme = "light";
    for (const listener of listeners) listener({ theme: true });
  });
  addEventListener("afterprint", () => {
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
    change({ theme: true });
  });
}

build();
