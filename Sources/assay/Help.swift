import Run

/// The texts of `--help`, made from the lists of commands and flags.
enum Help {
  /// One line: how a command is called.
  static func usage(_ command: any Command.Type) -> String {
    let operands = command.operands.isEmpty ? "" : " \(command.operands)"
    return "usage: assay \(command.name)\(command.flags.isEmpty ? "" : " [flags]")\(operands)"
  }

  /// The program's help.
  static var program: String {
    """
    assay \(Assay.version): experiments with generative models, described by YAML files

    usage: assay COMMAND [flags] ...

    \(table(commands.map { ($0.name, $0.summary) }))

    `assay COMMAND --help` says more; `assay describe` lists layers, losses and all else that a file
    can name.
    """
  }

  /// A command's help.
  static func text(_ command: any Command.Type) -> String {
    let flags = (command.flags + [.help]).map { flag in
      ("--\(flag.name)" + (flag.value.map { " \($0)" } ?? ""), flag.help)
    }
    let details = command.details.isEmpty ? "" : "\n\n\(command.details)"
    return "assay \(command.name): \(command.summary)\n\n\(usage(command))\n\n\(table(flags))"
      + details
  }

  /// Two columns.
  static func table(_ rows: [(String, String)]) -> String {
    let width = rows.map(\.0.count).max() ?? 0
    return rows.map { name, text in
      "  " + name + String(repeating: " ", count: width - name.count + 2) + text
    }.joined(separator: "\n")
  }
}
