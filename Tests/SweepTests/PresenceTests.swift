import Foundation
import TestSupport
import Testing

@testable import Sweep

@Suite struct PresenceTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func `on one machine a lock tells at once who lives`() throws {
    let own = try Presence(folder: folder.path)
    var other: Presence? = try Presence(folder: folder.path)
    let name = try #require(other?.name)
    #expect(try own.isAlive(name) && own.isAlive(own.name) && !own.isDoubtful(name))
    // Older than any patience, but locked.
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -3600)], ofItemAtPath: folder(name))
    #expect(try own.isAlive(name))
    other = nil
    #expect(try !own.isAlive(name))
    try folder.write(name, "")
    #expect(try !own.isAlive(name), "what a killed process leaves is not locked")
  }

  @Test func `a process on another machine lives until its file is seen to stay as it is`() throws {
    let own = try Presence(folder: folder.path)
    #expect(try !own.isAlive("elsewhere-0-1-a"), "it signed out")
    try folder.write("elsewhere-0-1-a", "")
    for age in [-86400.0, 0, 59, 86400] {
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: -age)],
        ofItemAtPath: folder("elsewhere-0-1-a"))
      #expect(try own.isAlive("elsewhere-0-1-a"), "each touch is a beat, whatever its clock says")
    }
    #expect(!own.isDoubtful("elsewhere-0-1-a"), "it was seen to beat")
    try folder.write("elsewhere-0-2-b", "")
    #expect(try own.isAlive("elsewhere-0-2-b") && own.isDoubtful("elsewhere-0-2-b"))
  }

  @Test(arguments: [
    (0.0, 0.0, true), (14, 14, true), (59, 59, true), (60, 60, false),
    // Seen for the first time, long after its last touch: it has three beats to prove that it lives.
    (3600, 0, true), (3600, 14, true), (3600, 15, false),
    // Clocks that are an hour off, either way, by which each touch is dated.
    (-3600, 59, true), (-3600, 60, false), (3605, 5, true),
  ])
  func `how long a silence is that of the dead`(_ age: Double, _ unchanged: Double, _ lives: Bool) {
    #expect(Presence.isAlive(age: age, unchanged: unchanged) == lives)
  }

  @Test func `clocks that differ are told`() throws {
    #expect(try Presence(folder: folder.path).clockWarning() == nil)
    #expect(Presence.clockWarning(ahead: 4) == nil && Presence.clockWarning(ahead: -4) == nil)
    let ahead = try #require(Presence.clockWarning(ahead: 3600))
    #expect(ahead.contains(" is 1:00:00 ahead of that of the disk of the sweep"), "\(ahead)")
    let behind = try #require(Presence.clockWarning(ahead: -90))
    #expect(behind.contains(" is 1:30 behind that of the disk of the sweep"), "\(behind)")
  }
}
