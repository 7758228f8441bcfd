/// A count for people: `652,824`.
public func grouped(_ count: Int) -> String {
  var digits = "\(count.magnitude)"[...]
  var groups: [Substring] = []
  while digits.count > 3 {
    groups.append(digits.suffix(3))
    digits = digits.dropLast(3)
  }
  return (count < 0 ? "-" : "") + ([digits] + groups.reversed()).joined(separator: ",")
}

/// A count with its noun: `1 update`, `5 updates`.
public func counted(_ count: Int, _ noun: String) -> String {
  "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")"
}
