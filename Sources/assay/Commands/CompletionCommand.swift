import Text

/// `assay completion SHELL`: what makes the tabulator key complete commands, flags, and the names of
/// experiments, runs and sweeps in the folder `runs`.
enum CompletionCommand: Command {
  static let name = "completion"
  static let summary = "print the completions for a shell"
  static let operands = "bash|zsh|fish"
  static let operandCount = 1...1
  static let flags: [Flag] = []
  static let details = """
    bash:  assay completion bash > ~/.local/share/bash-completion/completions/assay
    zsh:   assay completion zsh > a folder of $fpath, as _assay
    fish:  assay completion fish > ~/.config/fish/completions/assay.fish
    """

  static func run(_ arguments: Arguments) throws -> Int32 {
    let shells = ["bash": bash, "zsh": zsh, "fish": fish]
    guard let script = shells[arguments.operands[0]] else {
      throw UsageError(
        "there are no completions for `\(arguments.operands[0])`", self,
        help: Suggest.help(for: arguments.operands[0], among: ["bash", "zsh", "fish"]))
    }
    Output.result(script)
    return 0
  }

  private static func flags(_ command: any Command.Type) -> [Flag] { command.flags + [.help] }

  /// The commands that take the names of runs, for a shell's `case`.
  private static var commandsOfRuns: [String] {
    commands.filter { $0.operands.contains("RUN") || $0.operands.contains("SWEEP") }.map { $0.name }
  }

  private static var bash: String {
    let cases = commands.map { command in
      "    \(command.name)) flags='\(flags(command).map { "--\($0.name)" }.joined(separator: " "))';;"
    }
    return """
      # Completions of assay for bash.
      _assay() {
        local word=${COMP_WORDS[COMP_CWORD]} flags='' names=''
        if ((COMP_CWORD == 1)); then
          COMPREPLY=($(compgen -W '\(commands.map { $0.name }.joined(separator: " "))' -- "$word"))
          return
        fi
        case ${COMP_WORDS[1]} in
      \(cases.joined(separator: "\n"))
        esac
        if [[ $word == -* ]]; then
          COMPREPLY=($(compgen -W "$flags" -- "$word"))
        else
          case ${COMP_WORDS[1]} in
            \(commandsOfRuns.joined(separator: "|")))
              names=$(for folder in 'runs/*' 'runs/*/[0-9a-f]*' 'runs/*/sweeps/*'; do
                compgen -G "$folder"
              done | sed 's:.*/::');;
          esac
          COMPREPLY=($(compgen -W "$names" -- "$word"; compgen -f -- "$word"))
        fi
      }
      complete -o filenames -F _assay assay
      """
  }

  private static var zsh: String {
    let names = commands.map { "    '\($0.name):\(quoted($0.summary))'" }
    let cases = commands.map { command in
      let flags = flags(command).map { flag in
        let value = flag.value.map { ":\($0):_files" } ?? ""
        return "'--\(flag.name)\(flag.value == nil ? "" : "=")[\(quoted(flag.help))]\(value)'"
      }
      let operand = commandsOfRuns.contains(command.name) ? "run:_assay_runs" : "file:_files"
      return "    \(command.name)) _arguments \(flags.joined(separator: " ")) '*:\(operand)';;"
    }
    return """
      #compdef assay
      # Completions of assay for zsh.
      _assay_runs() {
        compadd -- runs/*(N:t) runs/*/[0-9a-f]*(N:t) runs/*/sweeps/*(N:t)
        _files
      }
      local -a commands=(
      \(names.joined(separator: "\n"))
      )
      if ((CURRENT == 2)); then
        _describe command commands
      else
        local command=$words[2]
        shift words
        ((CURRENT--))
        case $command in
      \(cases.joined(separator: "\n"))
        esac
      fi
      """
  }

  private static var fish: String {
    var lines = [
      "# Completions of assay for fish.",
      "function __assay_runs",
      "  for run in runs/* runs/*/* runs/*/sweeps/*",
      "    string replace -r '.*/' '' $run",
      "  end",
      "end",
      "complete -c assay -n '__fish_seen_subcommand_from \(commandsOfRuns.joined(separator: " "))' "
        + "-a '(__assay_runs)'",
    ]
    for command in commands {
      lines.append(
        "complete -c assay -f -n __fish_use_subcommand -a \(command.name) "
          + "-d '\(quoted(command.summary))'")
      for flag in flags(command) {
        lines.append(
          "complete -c assay -n '__fish_seen_subcommand_from \(command.name)' -l \(flag.name) "
            + "\(flag.value == nil ? "" : "-r ")-d '\(quoted(flag.help))'")
      }
    }
    return lines.joined(separator: "\n")
  }

  /// A text for single quotes: help has none of the shells' special characters but these.
  private static func quoted(_ text: String) -> String {
    var result = ""
    for character in text where character != "'" {
      if "[]:".contains(character) { result += "\\" }
      result.append(character)
    }
    return result
  }
}
