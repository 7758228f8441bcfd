import Glibc

/// What the machine has left.
public enum Resources {
  /// The bytes of memory that this process can still take before the machine swaps or the process
  /// is killed: what the kernel calls available, or less where a control group says so. Nil where
  /// the system does not tell.
  public static func availableMemory() -> Int? {
    let machine = fields(of: "/proc/meminfo")["MemAvailable"].map { $0 * 1024 }
    return ([machine] + groupFolders().map(memoryLeft)).compactMap(\.self).min()
  }

  /// The bytes that the file system of an open file has free for this user; nil where it does not
  /// tell.
  static func freeSpace(for file: File) -> Int? {
    var system = statvfs()
    guard fstatvfs(file.descriptor, &system) == 0 else { return nil }
    let (bytes, overflow) = system.f_bavail.multipliedReportingOverflow(by: system.f_frsize)
    return overflow ? .max : Int(clamping: bytes)
  }

  /// The most memory that this process ever held, in bytes.
  public static func peakMemory() -> Int {
    (fields(of: "/proc/self/status")["VmHWM"] ?? 0) * 1024
  }

  /// The folders of this process's control groups for memory, innermost first (version 2, then 1).
  private static func groupFolders() -> [String] {
    var folders: [String] = []
    for line in text(of: "/proc/self/cgroup").split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      let isMemory = parts[1].split(separator: ",").contains("memory")
      guard parts[1].isEmpty || isMemory else { continue }
      let root = isMemory ? "/sys/fs/cgroup/memory" : "/sys/fs/cgroup"
      var path = parts[2].split(separator: "/")
      while !path.isEmpty {
        folders.append(root + "/" + path.joined(separator: "/"))
        path.removeLast()
      }
      folders.append(root)
    }
    return folders
  }

  /// What a control group leaves: its limit less what is used and cannot be dropped.
  private static func memoryLeft(in folder: String) -> Int? {
    func number(_ name: String) -> Int? {
      Int(text(of: "\(folder)/\(name)").prefix { $0 != "\n" })
    }
    guard let limit = number("memory.max") ?? number("memory.limit_in_bytes"),
      let used = number("memory.current") ?? number("memory.usage_in_bytes")
    else { return nil }
    let cached = fields(of: "\(folder)/memory.stat")["inactive_file"] ?? 0
    return max(0, limit - max(0, used - cached))
  }

  /// The first number of each line of a file of the kernel, by the word before it.
  private static func fields(of path: String) -> [String: Int] {
    var fields: [String: Int] = [:]
    for line in text(of: path).split(separator: "\n") {
      let words = line.split { $0 == " " || $0 == ":" || $0 == "\t" }
      if words.count > 1, let value = Int(words[1]) { fields[String(words[0])] = value }
    }
    return fields
  }

  /// A file of the kernel, whose size is not known before it is read; empty where there is none.
  private static func text(of path: String) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    let bytes = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, filled in
      while filled < buffer.count {
        let rest = UnsafeMutableRawBufferPointer(
          rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
        let count = read(descriptor, rest.baseAddress, rest.count)
        if count <= 0 { break }
        filled += count
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
