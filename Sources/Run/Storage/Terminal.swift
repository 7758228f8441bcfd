import Glibc

/// What the terminal behind a descriptor can show.
public enum Terminal {
  /// Whether somebody watches who can be shown lines that are redrawn.
  public static func redraws(_ descriptor: Int32) -> Bool {
    isatty(descriptor) == 1 && value("TERM") != "dumb"
  }

  /// Whether messages are coloured: where lines are redrawn, unless `NO_COLOR` says anything
  /// (no-color.org: an empty one says nothing).
  public static func isColoured(_ descriptor: Int32) -> Bool {
    redraws(descriptor) && value("NO_COLOR").isEmpty
  }

  private static func value(_ name: String) -> String {
    getenv(name).map { String(cString: $0) } ?? ""
  }
}
