import CKernels
import Foundation
import Run
import Text

/// Two builds of the program, measured in turns, each time in a process of its own.
struct BenchRounds {
  private let other: String
  private let own: String
  private let words: [String]
  private let count: Int

  /// Rounds of this program and of the one at `path`, on an experiment's file.
  init(against path: String, _ file: String, _ arguments: Arguments) throws {
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw Failure("no-such-file", "`\(path)` is not a program that can be run", exitCode: 2)
    }
    other = path
    own =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? CommandLine.arguments[0]
    let seconds = try arguments.seconds(BenchCommand.seconds) ?? 5
    count = try arguments.int(BenchCommand.rounds, in: 1...1000) ?? 5
    words =
      ["bench", file] + arguments.overrides
      + ["--seconds", "\(seconds)", "--threads", "\(assay_threads())"]
  }

  /// Measures all rounds; which side begins changes from round to round.
  func measure() throws -> [(other: BenchResult, own: BenchResult)] {
    try (0..<count).map { round in
      if round % 2 == 0 {
        let other = try result(of: other)
        return (other, try result(of: own))
      }
      let own = try result(of: own)
      return (try result(of: other), own)
    }
  }

  private func result(of program: String) throws -> BenchResult {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(filePath: program)
    process.arguments = words
    process.standardOutput = pipe
    do { try process.run() } catch {
      throw Failure("no-such-file", "`\(program)` cannot be run", exitCode: 2)
    }
    let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let line = bytes.split(separator: UInt8(ascii: "\n")).last.map(Array.init) ?? []
    guard process.terminationStatus == 0,
      let result = (try? JSON(parsing: line)).flatMap({ BenchResult(json: $0) })
    else {
      throw Failure(
        "no-reference", "`\(program) \(words.joined(separator: " "))` gave no result", exitCode: 1)
    }
    return result
  }
}
