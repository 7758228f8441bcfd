import Glibc

/// Points in time as text in UTC, independent of the machine's locale and time zone.
public enum Timestamp {
  /// Now: `2026-11-21T08:37:05Z`.
  public static func now() -> String {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return text(seconds: time.tv_sec)
  }

  /// The text of a time in seconds since 1970, before or after.
  package static func text(seconds: Int) -> String {
    let day = seconds >= 0 ? seconds / 86400 : (seconds - 86399) / 86400
    let second = seconds - day * 86400
    let date = civil(day: day)
    let parts = [date.month, date.day, second / 3600, second / 60 % 60, second % 60].map {
      $0 < 10 ? "0\($0)" : "\($0)"
    }
    return "\(date.year)-\(parts[0])-\(parts[1])T\(parts[2]):\(parts[3]):\(parts[4])Z"
  }

  /// The seconds since 1970 of a text that ``now()`` made; nil for any other text.
  public static func seconds(_ text: String) -> Int? {
    let parts = text.split { !$0.isNumber }.compactMap { Int($0) }
    guard parts.count == 6, (1...12).contains(parts[1]), (1970...9999).contains(parts[0]) else {
      return nil
    }
    // The day's number grows with its date, so it lies between these two.
    let guess = (parts[0] - 1970) * 365 + (parts[0] - 1970) / 4 + (parts[1] - 1) * 30
    let day = (guess - 40...guess + 40).first { civil(day: $0) == (parts[0], parts[1], parts[2]) }
    return day.map { (($0 * 24 + parts[3]) * 60 + parts[4]) * 60 + parts[5] }
      .flatMap { self.text(seconds: $0) == text ? $0 : nil }
  }

  /// Seconds of a clock that never goes back; only differences mean something.
  public static func monotonic() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// The Gregorian date of a day counted from 1970-01-01. Years are counted from March, so that the
  /// leap day is the last of its year.
  private static func civil(day: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = day + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
  }
}
