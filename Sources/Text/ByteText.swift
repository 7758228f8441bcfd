/// A number of bytes for people: `734 bytes`, `1.5 MiB`.
public func byteText(_ count: Int) -> String {
  let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
  guard count >= 1024 else { return "\(count) bytes" }
  var tenths = Double(count) / 102.4
  var unit = 0
  while tenths >= 10240, unit < units.count - 1 {
    tenths /= 1024
    unit += 1
  }
  let rounded = Int(tenths.rounded())
  return "\(rounded / 10).\(rounded % 10) \(units[unit])"
}
