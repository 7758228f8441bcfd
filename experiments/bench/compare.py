#!/usr/bin/env python3
"""Times the workloads of this folder in Assay and in PyTorch, in turns, and prints a Markdown table.

Each measurement is a process of its own: `assay bench NAME` and the twin in `workloads.py`. Rounds
alternate between the two, so that what else the machine does weighs on both, and only the ratio of a
round counts: PyTorch's time over Assay's, above 1 where Assay is faster.

needs: PyTorch for the CPU and numpy; a release build of Assay (swift build -c release)
usage: compare.py [--threads N ...] [--rounds N] [--seconds S] [--best] [NAME ...]
"""
import argparse, itertools, json, math, os, platform, resource, statistics, subprocess, sys, time

sys.dont_write_bytecode = True
FOLDER = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(FOLDER))
MODES = ["compile", "channels-last", "fused"]


def flags():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="workloads (default: all)")
    parser.add_argument("--assay", default=os.path.join(ROOT, ".build/release/assay"))
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2.0, help="of each measurement")
    parser.add_argument("--compile", action="store_true", help="torch.compile for the networks")
    parser.add_argument("--channels-last", action="store_true", help="images and weights in NHWC")
    parser.add_argument("--fused", action="store_true", help="Adam's fused kernel")
    parser.add_argument(
        "--best", action="store_true", help="whichever of these is fastest, for each workload")
    parser.add_argument(
        "--patience", type=float, default=60.0,
        help="seconds to wait for a quiet machine before each round (0: do not wait)")
    parser.add_argument("--json", metavar="FILE", help="write every measurement, one a line")
    parser.add_argument("--peer", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def peer(options, name):
    """This process is the twin: prints what `assay bench` prints."""
    import torch
    import workloads
    torch.set_num_threads(options.threads[0])
    workloads.options.fused = True if options.fused else None
    if options.channels_last:
        workloads.options.memory_format = torch.channels_last
    torch.manual_seed(0)
    model, step = workloads.WORKLOADS[name]()
    if options.channels_last:
        model.to(memory_format=torch.channels_last)
    if options.compile:
        for network in model if isinstance(model, torch.nn.ModuleList) else [model]:
            network.compile()
    for _ in range(3):
        step()
    times, end = [], time.perf_counter() + options.seconds
    while time.perf_counter() < end or len(times) < 5:
        start = time.perf_counter()
        step()
        times.append((time.perf_counter() - start) * 1e3)
    print(json.dumps({
        "name": name, "threads": options.threads[0], "steps": len(times),
        "ms_per_step": statistics.median(times), "min_ms": min(times), "max_ms": max(times),
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6,
        "parameters": sum(p.numel() for p in model.parameters())}))


def measure(command):
    result = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    if result.returncode:
        sys.exit(f"{' '.join(command)} ended with {result.returncode}")
    return json.loads(result.stdout.splitlines()[-1])


def of_assay(options, name, threads):
    return measure([options.assay, "bench", name, "--threads", str(threads), "--seconds",
                    str(options.seconds)])


def of_peer(options, name, threads, modes, seconds=None):
    return measure([sys.executable, os.path.abspath(__file__), "--peer", name, "--threads",
                    str(threads), "--seconds", str(seconds or options.seconds)]
                   + ["--" + mode for mode in modes])


def fastest_modes(options, name, threads):
    sets = [set_ for count in range(len(MODES) + 1)
            for set_ in itertools.combinations(MODES, count)]
    return min(sets, key=lambda modes: of_peer(
        options, name, threads, modes, options.seconds / 2)["ms_per_step"])


def busy_share(seconds=1.0):
    """How much of the machine's time somebody uses while this process sleeps."""
    def read():
        fields = [int(field) for field in open("/proc/stat").readline().split()[1:9]]
        return sum(fields), fields[3] + fields[4]
    total, idle = read()
    time.sleep(seconds)
    total_after, idle_after = read()
    return 1 - (idle_after - idle) / max(1, total_after - total)


def wait_until_quiet(patience):
    end = time.monotonic() + patience
    while time.monotonic() < end and busy_share() > 0.12:
        pass


def compare(options, name, threads):
    modes = [mode for mode in MODES if getattr(options, mode.replace("-", "_"))]
    if options.best:
        modes = fastest_modes(options, name, threads)
    rounds = []
    for number in range(options.rounds):
        if options.patience:
            wait_until_quiet(options.patience)
        if number % 2 == 0:
            theirs = of_peer(options, name, threads, modes)
            ours = of_assay(options, name, threads)
        else:
            ours = of_assay(options, name, threads)
            theirs = of_peer(options, name, threads, modes)
        assert theirs["parameters"] == ours["parameters"], f"{name} is not the same network"
        rounds.append((theirs, ours))
        if options.json:
            with open(options.json, "a") as file:
                for side, result in (("pytorch", theirs), ("assay", ours)):
                    print(json.dumps({"side": side, "modes": list(modes), **result}), file=file)
    return modes, rounds


def row(name, threads, modes, rounds):
    def middle(side, key):
        return statistics.median(pair[side][key] for pair in rounds)
    ratios = [theirs["ms_per_step"] / ours["ms_per_step"] for theirs, ours in rounds]
    memory = middle(1, "peak_rss_mb") / middle(0, "peak_rss_mb")
    return statistics.median(ratios), memory, [
        name, str(threads), "+".join(modes) or "eager",
        f"{middle(0, 'ms_per_step'):.2f}", f"{middle(1, 'ms_per_step'):.2f}",
        f"**{statistics.median(ratios):.2f}** ({min(ratios):.2f} to {max(ratios):.2f})",
        f"{middle(0, 'peak_rss_mb'):.0f}", f"{middle(1, 'peak_rss_mb'):.0f}", f"{memory:.2f}"]


def line(cells):
    print("| " + " | ".join(cells) + " |", flush=True)


def processor():
    for text in open("/proc/cpuinfo"):
        if text.startswith("model name"):
            return text.split(":", 1)[1].strip()
    return platform.processor()


def main():
    options = flags()
    if options.peer:
        return peer(options, options.names[0])
    import torch
    import workloads
    for name in options.names:
        if name not in workloads.WORKLOADS:
            sys.exit(f"there is no workload `{name}`: there are {', '.join(workloads.WORKLOADS)}")
    version = subprocess.run([options.assay, "--version"], stdout=subprocess.PIPE, text=True)
    print(f"{processor()}, {os.cpu_count()} cores; {version.stdout.strip()}, PyTorch "
          f"{torch.__version__}; {options.rounds} rounds of {options.seconds:g} s, medians "
          f"(least to greatest)\n")
    line(["workload", "threads", "PyTorch runs", "PyTorch ms", "Assay ms", "ratio of times",
          "PyTorch MB", "Assay MB", "ratio of memory"])
    line(["---", "--:", "---", "--:", "--:", "--:", "--:", "--:", "--:"])
    for threads in options.threads:
        ratios, memories = [], []
        for name in options.names or workloads.WORKLOADS:
            ratio, memory, cells = row(name, threads, *compare(options, name, threads))
            ratios.append(ratio)
            memories.append(memory)
            line(cells)
        means = [math.exp(statistics.fmean(map(math.log, v))) for v in (ratios, memories)]
        line(["geometric mean", str(threads), "", "", "", f"**{means[0]:.2f}**", "", "",
              f"{means[1]:.2f}"])


if __name__ == "__main__":
    main()
