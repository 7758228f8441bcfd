import Glibc
import TestSupport
import Testing
import Text

@testable import Run

@Suite struct SafetensorsTests {
  private let golden = folder(of: folder(of: #filePath)) + "/Goldens/tiny.safetensors"

  /// Writes three tensors whose elements are the given ones.
  private func write(_ path: String, metadata: [String: String] = [:]) throws {
    let weights: [Float] = [1, 2, 3, 4, 5, 6]
    let moments = [0.5]
    let flags: [UInt8] = [7, 8, 9]
    try weights.withUnsafeBytes { weights in
      try moments.withUnsafeBytes { moments in
        try flags.withUnsafeBytes { flags in
          try Safetensors.write(
            [
              Safetensors.Tensor("a.flags", .uint8, shape: [3], bytes: flags),
              Safetensors.Tensor("z.weight", .float32, shape: [2, 3], bytes: weights),
              Safetensors.Tensor("m.moment", .float64, shape: [], bytes: moments),
            ], metadata: metadata, to: path)
        }
      }
    }
  }

  private func read<Value>(_ file: SafetensorsFile, _ name: String, as: Value.Type) throws
    -> [Value]
  {
    let tensor = try #require(file[name])
    let count = tensor.byteCount / MemoryLayout<Value>.stride
    return try [Value](unsafeUninitializedCapacity: count) { buffer, filled in
      try file.read(tensor, into: UnsafeMutableRawBufferPointer(buffer))
      filled = count
    }
  }

  @Test func whatIsWrittenReadsBack() throws {
    let folder = try TemporaryFolder()
    try write(folder("a"), metadata: ["step": "12", "name": "\"quoted\""])
    let file = try SafetensorsFile(opening: folder("a"))
    try file.verify()
    #expect(file.tensors.map(\.name) == ["a.flags", "m.moment", "z.weight"])
    #expect(file.metadata["step"] == "12")
    #expect(file.metadata["name"] == "\"quoted\"")
    #expect(file["z.weight"]?.shape == [2, 3])
    #expect(try read(file, "z.weight", as: Float.self) == [1, 2, 3, 4, 5, 6])
    #expect(try read(file, "m.moment", as: Double.self) == [0.5])
    #expect(try read(file, "a.flags", as: UInt8.self) == [7, 8, 9])
  }

  @Test func theBytesFollowFromTheContentsAlone() throws {
    let folder = try TemporaryFolder()
    try write(folder("a"), metadata: ["y": "1", "x": "2"])
    try write(folder("b"), metadata: ["x": "2", "y": "1"])
    let bytes = try contents(folder("a"))
    #expect(try contents(folder("b")) == bytes)
    // Keys in order, values by falling element size, the header padded to a multiple of 8.
    let header = String(decoding: bytes[8..<bytes.count - 35], as: UTF8.self)
    #expect(header.utf8.count % 8 == 0)
    #expect(header.hasPrefix(#"{"__metadata__":{"header_sha256":""#))
    #expect(
      header.contains(#""y":"1"},"a.flags":{"data_offsets":[32,35],"dtype":"U8","shape":[3]}"#))
    #expect(header.contains(#""m.moment":{"data_offsets":[0,8],"dtype":"F64","shape":[]}"#))
    #expect(header.contains(#""z.weight":{"data_offsets":[8,32],"dtype":"F32","shape":[2,3]}"#))
  }

  @Test func filesOfTheReferenceLibraryAreRead() throws {
    let file = try SafetensorsFile(opening: golden)
    #expect(file.metadata == ["made by": "the reference library"])
    #expect(file.tensors.map(\.name) == ["bytes", "count", "empty", "moment", "weight"])
    #expect(file["empty"]?.shape == [0, 4])
    #expect(
      try read(file, "weight", as: Float.self)
        == [1.5, -2.25, 3, 0, .leastNonzeroMagnitude, .greatestFiniteMagnitude])
    #expect(try read(file, "moment", as: Double.self) == [0.1])
    #expect(try read(file, "count", as: Int64.self) == [-7])
    #expect(try read(file, "bytes", as: UInt8.self) == [0, 127, 255])
    #expect(failure { try file.verify() } == "`\(golden)` holds no digests of its contents")
  }

  @Test func everyFlippedBitIsNoticed() throws {
    let folder = try TemporaryFolder()
    try write(folder("a"), metadata: ["step": "12"])
    let bytes = try contents(folder("a"))
    for bit in 0..<bytes.count * 8 {
      var damaged = bytes
      damaged[bit / 8] ^= 1 << (bit % 8)
      #expect(throws: StorageError.self, "bit \(bit)") { try check(damaged, in: folder) }
    }
  }

  @Test func everyCutIsNoticed() throws {
    let folder = try TemporaryFolder()
    try write(folder("a"))
    let bytes = try contents(folder("a"))
    for count in 0..<bytes.count {
      #expect(throws: StorageError.self) { try check(Array(bytes[..<count]), in: folder) }
    }
    #expect(throws: StorageError.self) { try check(bytes + [0], in: folder) }
  }

  /// Opens and verifies a file with these bytes. Not written atomically: thousands of fsyncs would
  /// show nothing.
  private func check(_ bytes: [UInt8], in folder: TemporaryFolder) throws {
    try put(bytes, at: folder("file"))
    try SafetensorsFile(opening: folder("file")).verify()
  }

  /// A header and as many bytes of values, opened: the line that refuses it, without the path.
  private func refusal(_ header: String, values: Int = 0) throws -> String? {
    let folder = try TemporaryFolder()
    let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) }
    let bytes = length + Array(header.utf8) + [UInt8](repeating: 0, count: values)
    try put(bytes, at: folder("file"))
    return failure { try SafetensorsFile(opening: folder("file")) }
      .map { String($0.dropFirst(folder("file").count + 3)) }
  }

  @Test(arguments: [
    ("", "does not start with `{`"),
    ("[]", "does not start with `{`"),
    (" {}", "does not start with `{`"),
    ("{} x", "is not JSON: more text after the value at byte 3"),
    ("{\"a\":\"\u{1}\"}", "is not JSON: a control character inside quotes at byte 6"),
    ("{\"a\":{\"b\":{\"c\":{\"d\":{}}}}}", "is not JSON: too many levels"),
    ("{\"__metadata__\":[]}", "has metadata that are no object"),
    ("{\"__metadata__\":{\"a\":1}}", "has metadata that are not text"),
    (#"{"__metadata__":{},"__metadata__":{}}"#, "a key stands twice in one object"),
  ])
  func headersThatAreNoHeadersAreRefused(_ header: String, _ fact: String) throws {
    let refusal = try #require(try refusal(header))
    #expect(refusal.contains(fact))
  }

  @Test(arguments: [
    (#""dtype":"F32","shape":[2],"data_offsets":[0,4]"#, "shape does not fit its place"),
    (#""dtype":"F32","shape":[1],"data_offsets":[4,0]"#, "an impossible shape or place"),
    (#""dtype":"F32","shape":[1],"data_offsets":[0]"#, "an impossible shape or place"),
    (#""dtype":"F32","shape":[1],"data_offsets":[4,8]"#, "a gap or an overlap at byte 0"),
    (#""dtype":"F32","shape":[2],"data_offsets":[0,8]"#, "but its tensors take 8"),
    (#""dtype":"F32","shape":[0],"data_offsets":[0,0]"#, "but its tensors take 0"),
    (#""dtype":"F32","shape":[-1],"data_offsets":[0,4]"#, "in a way that the format does not know"),
    (#""dtype":"F32","shape":[1.0],"data_offsets":[0,4]"#, "the format does not know"),
    (#""dtype":"F32","shape":[1e0],"data_offsets":[0,4]"#, "the format does not know"),
    (#""dtype":"F32","shape":1,"data_offsets":[0,4]"#, "the format does not know"),
    (#""dtype":"F32","shape":[1]"#, "the format does not know"),
    (#""dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1"#, "the format does not know"),
    (#""dtype":"BF16","shape":[2],"data_offsets":[0,4]"#, "of a type that Assay does not read"),
    (#""dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]"#, "does not fit"),
    (#""dtype":"F32","shape":[9223372036854775807],"data_offsets":[0,4]"#, "does not fit"),
    (#""dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]"#, "not know"),
  ])
  func entriesThatLieAreRefused(_ entry: String, _ fact: String) throws {
    let refusal = try #require(try refusal("{\"a\":{\(entry)}}", values: 4))
    #expect(refusal.contains(fact))
  }

  @Test func namesAndOverlapsAreChecked() throws {
    let entry = #"{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"#
    #expect(try refusal("{\"a\":\(entry)}", values: 4) == nil)
    #expect(try refusal("{\"a\":\(entry),\"b\":\(entry)}", values: 4)?.contains("overlap") == true)
    #expect(try refusal("{\"a\":\(entry),\"a\":\(entry)}", values: 4)?.contains("twice") == true)
    #expect(try refusal("{\"\":\(entry)}", values: 4)?.contains("whose name is empty") == true)
    #expect(try refusal("{\"a\\u0000\":\(entry)}", values: 4)?.contains("control") == true)
    let axes = [String](repeating: "1", count: 17).joined(separator: ",")
    let deep = entry.replacing("[1]", with: "[\(axes)]")
    #expect(try refusal("{\"a\":\(deep)}", values: 4)?.contains("impossible shape") == true)
  }

  @Test(arguments: [
    ([], "is no safetensors file: it has 0 bytes"),
    ([1, 2, 3, 4, 5, 6, 7], "is no safetensors file: it has 7 bytes"),
    ([UInt8](repeating: 0xff, count: 8), "its first 8 bytes are no length of a header"),
    ([0, 0, 0, 2, 0, 0, 0, 0], "its first 8 bytes are no length of a header"),
    ([9, 0, 0, 0, 0, 0, 0, 0, 0x7b], "ends inside its header"),
    ([0x50, 0x4b, 3, 4, 0, 0, 0, 0, 0], "is a zip archive (as `torch.save` makes)"),
    ([0x80, 2, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46], "is a Python pickle"),
  ])
  func otherFilesAreNamed(_ bytes: [UInt8], _ fact: String) throws {
    let folder = try TemporaryFolder()
    try put(bytes, at: folder("file"))
    #expect(failure { try SafetensorsFile(opening: folder("file")) }?.contains(fact) == true)
  }
}

/// Writes a file the plain way.
func put(_ bytes: [UInt8], at path: String) throws {
  try File("write", path, flags: O_WRONLY | O_CREAT | O_TRUNC).write(bytes)
}
