import Report
import Run
import Text

/// `assay plot RUN...`: a figure for a paper.
enum PlotCommand: Command {
  static let name = "plot"
  static let summary = "draw curves of runs as a figure for a paper, SVG or PNG"
  static let operands = "RUN|SWEEP|EXPERIMENT ..."
  static let operandCount = 1...10_000
  static let flags = [
    out, y, x, logX, logY, xLimits, yLimits, smooth, groupBy, width, height, .runs,
  ]
  static let details = """
    Runs that differ in the seed alone are one curve: at each step the mean of those that measured
    it, in a band of one standard error.
    Where --x is a setting, as parameters.width, each group of runs is a dot: the mean of the last
    values, with a bar of one standard error. Only finished runs count; a ring is the last value of
    runs that are not. The end of a name is enough.

    examples:
      assay plot wgan-gp --y critic.loss --smooth 0.9 --out loss.svg
      assay plot 3f9a 81c2 --x epoch --y validation.elbo --y-limits -120,-90 --out elbo.png
      assay plot 5d0c --x rate --log-x --y validation.elbo --out rate.svg
    """

  static let out = Flag("out", "FILE", "where to: FILE.svg or FILE.png")
  static let y = Flag("y", "COLUMNS", "what is shown, as critic.loss,generator.loss")
  static let x = Flag("x", "COLUMN|PATH", "step (default), epoch, seconds, a column, or a setting")
  static let logX = Flag("log-x", nil, "a logarithmic x axis")
  static let logY = Flag("log-y", nil, "a logarithmic y axis")
  static let xLimits = Flag("x-limits", "LOW,HIGH", "the ends of the x axis")
  static let yLimits = Flag("y-limits", "LOW,HIGH", "the ends of the y axis")
  static let smooth = Flag("smooth", "W", "an exponential mean of weight W, from 0 to below 1")
  static let groupBy = Flag("group-by", "PATHS", "one curve for each value of these settings")
  static let width = Flag("width", "INCHES", "the figure's width (default: 3.25, one column)")
  static let height = Flag("height", "INCHES", "the figure's height (default: 0.68 of the width)")

  static func run(_ arguments: Arguments) throws -> Int32 {
    let file = try arguments.needed(out)
    guard file.hasSuffix(".svg") || file.hasSuffix(".png") else {
      throw UsageError("`--out` needs a name that ends in `.svg` or `.png`: `\(file)`", self)
    }
    let plot = try plot(arguments)
    let width = try arguments.number(Self.width, in: 1...40) ?? 3.25
    let height = try arguments.number(Self.height, in: 0.5...40) ?? width * 0.68
    let runs = try RunFinder(arguments[.runs] ?? "runs").runs(arguments.operands)
    let figure = try plot.figure(runs)
    if !figure.showsAny { Output.error("note: no value can be drawn on these axes") }
    if figure.curves.count > Figure.mostNamed {
      Output.error(
        "note: \(figure.curves.count) curves are too many for a legend: `--group-by` makes fewer")
    }
    let drawing = figure.drawing(width: width * 72, height: height * 72)
    if file.hasSuffix(".svg") {
      let title = "\(plot.y.joined(separator: ", ")) over \(plot.x)"
      try OutFile.write(SVG.text(drawing, title: title), to: file)
    } else {
      try OutFile.write(PNG.encode(Raster.draw(drawing, dotsPerInch: 300)), to: file)
    }
    Output.result(file)
    return 0
  }

  private static func plot(_ arguments: Arguments) throws -> Plot {
    _ = try arguments.needed(y)
    var plot = Plot(y: try arguments.names(y) ?? [])
    plot.x = arguments[x] ?? "step"
    plot.xKind = arguments.has(logX) ? .log : .linear
    plot.yKind = arguments.has(logY) ? .log : .linear
    plot.xLimits = try limits(arguments, xLimits, plot.xKind)
    plot.yLimits = try limits(arguments, yLimits, plot.yKind)
    plot.smoothing = try arguments.number(smooth, in: 0...0.9999) ?? 0
    plot.groupBy = try arguments.names(groupBy)
    return plot
  }

  private static func limits(_ arguments: Arguments, _ flag: Flag, _ kind: Scale.Kind) throws
    -> Scale.Limits?
  {
    guard let text = arguments[flag] else { return nil }
    let numbers = text.split(separator: ",").compactMap { Double($0) }
    guard numbers.count == 2, let limits = Scale.Limits(numbers[0], numbers[1], kind) else {
      let least = kind == .log ? " above 0" : ""
      throw UsageError(
        "`--\(flag.name)` needs two rising numbers\(least), as 0.5,2, but this is `\(text)`", self)
    }
    return limits
  }
}
