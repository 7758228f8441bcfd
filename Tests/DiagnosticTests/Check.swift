import Experiment
import Text
import YAML

/// What `assay check` says about `experiment.yaml` among some files.
func check(files: [String: String], overrides: [String], sweeping: Bool = false) -> String {
  let problems = Problems()
  let loader = Loader(workingDirectory: "/home/ada") { (path, span, lead) throws(Diagnostic) in
    guard let text = files[path] else {
      throw Diagnostic("file-not-found", "there is no file `\(path)`", at: span)
    }
    return SourceText(name: path, text: text, lead: lead)
  }
  if let loaded = loader.load(
    "experiment.yaml", overrides: overrides, sweeping: sweeping, problems)
  {
    _ = Experiment.read(loaded.root, folder: ".", problems)
  }
  return Renderer(.full).render(problems.diagnostics)
}
