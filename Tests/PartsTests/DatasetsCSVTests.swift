import TestSupport
import Testing

@testable import Parts

@Suite struct DatasetsCSVTests {
  @Test func aTableOfNumbersIsRead() throws {
    let table = try read("1,2.5,-3\r\n4e2,.5,+6.\n")
    #expect(table.layout == .init(columns: 3, rows: 2, labelColumn: nil, names: nil))
    #expect(floats(table.values, 6) == [1, 2.5, -3, 400, 0.5, 6])
  }

  @Test func namesAndALabelColumnAreFound() throws {
    let table = try read(
      "\u{FEFF}width, \"kind, of\" ,height\n1,0,2\n \"3\" ,\t2 ,4\n\n", label: "kind, of")
    #expect(
      table.layout
        == .init(columns: 3, rows: 2, labelColumn: 1, names: ["width", "kind, of", "height"]))
    #expect(floats(table.values, 4) == [1, 2, 3, 4])
    #expect(table.labels == [0, 2])
    #expect(try read("1,0\n2,1", label: "1").labels == [0, 1])
  }

  @Test(
    arguments: [
      ("", "t starts with an empty line, not with names or numbers"),
      ("\n1\n", "t starts with an empty line, not with names or numbers"),
      ("a,b\n", "t holds no examples"),
      ("1,2\n3\n", "t has 1 value in a line, but 2 in the first at line 2"),
      ("1,2\n3,4,5\n", "t has 3 values in a line, but 2 in the first at line 2"),
      ("1,2\n\n3,4\n", "t has an empty line within at line 2"),
      ("1,\"2\n3,4\n", "t has a quote that is not closed in its line at line 1"),
      ("1,2\n3,4\0\n", "t holds a zero byte, so it is no text at line 2, column 4"),
      (
        "a,b\n1,2\na,b\n",
        "t holds `a` where a number is due at line 3, column 1; only the first line may name the "
          + "columns"
      ),
      (
        "1,2\n3,\"1,5\"\n",
        "t holds `1,5` where a number is due at line 2, column 3; decimals have a point, as in `1.5`"
      ),
      (
        "1\n1;5\n",
        "t holds `1;5` where a number is due at line 2, column 1; columns are separated by commas"
      ),
      ("1,2\n3,\n", "t has an empty field where a number is due at line 2, column 3"),
      ("1,2\n3,nan\n", "t holds `nan` where a number is due at line 2, column 3"),
      ("1,2\n3,inf\n", "t holds `inf` where a number is due at line 2, column 3"),
      ("1,2\n3,0x10\n", "t holds `0x10` where a number is due at line 2, column 3"),
      ("1,2\n3,1e400\n", "t holds `1e400`, too large for single precision at line 2, column 3"),
      ("1,2\n3,1e39\n", "t holds `1e39`, too large for single precision at line 2, column 3"),
    ])
  func aDamagedTableIsRefusedWithItsPlace(text: String, fact: String) {
    #expect(refusal(text) == fact)
  }

  @Test func numbersAreRoundedAsTheyAreAnywhereElse() {
    let texts = [
      "0", "-0", "0.1", "123456.789e-3", "9007199254740993", "1e22", "1e23", "5e-324", "1e-400",
      "2.2250738585072011e-308", "179769313486231570000", "0.30000000000000004", "1e-22", "1e+05",
      "18446744073709551616", "184467440737095516160.5", "0.000000000000000000000001", "007.50",
    ]
    for text in texts {
      #expect(parseNumber(Array(text.utf8)[...])?.bitPattern == Double(text)?.bitPattern)
    }
    for text in ["", "-", ".", "e5", "1e", "1e+", "--1", "1 2", "0x1", "nan", "1.2.3", "１"] {
      #expect(parseNumber(Array(text.utf8)[...]) == nil)
    }
  }

  @Test func labelsMustBeClasses() {
    #expect(
      refusal("1,3\n", label: "1")
        == "t holds the label 3, but labels are whole numbers from 0 to 2 at line 1, column 3")
    #expect(
      refusal("1,-1\n", label: "1")
        == "t holds the label -1, but labels are whole numbers from 0 to 2 at line 1, column 3")
    #expect(
      refusal("1,0.5\n", label: "1")
        == "t holds the label 0.5, but labels are whole numbers from 0 to 2 at line 1, column 3")
    #expect(
      refusal("a,b\n1,2\n", label: "c") == "t has no column `c`; its columns are `a`, `b`")
    #expect(
      refusal("1,2\n", label: "2")
        == "t has no column `2`; its columns have no names: give a number from 0")
    #expect(refusal("1\n", label: "0") == "t holds labels, but no values")
  }

  @Test func whatTheFirstLineIsCanBeSaid() throws {
    let pandas = "0,1,2\n1.5,2,0\n2.5,3,1\n"
    #expect(try read(pandas, label: "2", header: true).labels == [0, 1])
    #expect(try read(pandas, header: false).layout.rows == 3)
    #expect(try read("2019,total\n1,2\n", header: true).layout.names == ["2019", "total"])
    #expect(try read(",a,b\n0,1,2\n", header: true).layout.rows == 1)
    #expect(try read("0\n1\n2\n").layout.rows == 3)
    #expect(
      refusal("1.5,,0\n2.5,3,1\n", header: false)
        == "t has an empty field where a number is due at line 1, column 5")
    #expect(
      refusal("1.5,nan,0\n2.5,3,1\n", header: false)
        == "t holds `nan` where a number is due at line 1, column 5")
  }

  @Test(
    arguments: [
      ("0,1,2\n1.5,2,0\n", "counts its columns in the first line, or begins with such an example"),
      ("0\n1.5\n", "counts its columns in the first line, or begins with such an example"),
      ("1.5,,0\n2.5,3,1\n", "has no text in column 1 of the first line"),
      (",a,b\n0,1,2\n", "has no text in column 0 of the first line"),
      (",0,1\n0,1,2\n", "has no text in column 0 of the first line"),
      (
        "1.5,nan,0\n2.5,3,1\n",
        "has numbers and other texts in the first line, such as `1.5` in column 0"
      ),
      (
        "name,2019\n1,2\n",
        "has numbers and other texts in the first line, such as `2019` in column 1"
      ),
      ("NaN\n1\n", "has `NaN` in column 0 of the first line"),
    ])
  func aFirstLineThatMayBeBothIsRefused(text: String, fact: String) {
    let help =
      "write `header: true` if the first line names the columns, `header: false` if it is an example"
    #expect(refusal(text) == "t \(fact) at line 1; \(help)")
  }

  @Test func aLabelMustMeanOneColumn() throws {
    #expect(
      refusal("label,b,label\n0,2,1\n", label: "label")
        == "t has several columns `label`: columns 0 and 2; give them different names")
    #expect(
      refusal("index,0,1,2\n0,1,2,1\n", label: "2", header: true)
        == "t has a column `2`, which is not its column number 2; write `label: 3` for the one of "
        + "that name, or rename the columns")
    #expect(
      refusal("index,0,1,2\n0,1,2,1\n", label: "1", header: true)
        == "t has a column `1`, which is not its column number 1; give the columns names that are "
        + "no numbers")
    #expect(try read("index,0,1,2\n0,1,2,1\n", label: "3", header: true).labels == [1])
  }

  @Test(arguments: [("a;b\n1;2\n", "semicolons"), ("a\tb\n1\t2\n", "tabs")])
  func otherSeparatorsAreNamed(text: String, mark: String) {
    #expect(
      refusal(text)
        == "t has columns separated by \(mark) at line 1; columns are separated by commas, and "
        + "decimals have a point: write it so")
  }

  @Test func whatWasUnderstoodIsSaid() throws {
    #expect(
      try read("a,b,kind\n1,2,0\n", label: "kind").layout.summary
        == "columns: a, b, kind; `kind` is the label; the first line names them")
    #expect(
      try read("1.5,2\n3,4\n").layout.summary == "columns: 0, 1; the first line is data")
    let wide = Array(repeating: "1", count: 20).joined(separator: ",")
    #expect(
      try read(wide).layout.summary
        == "columns: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, ..., 19; the first line is data")
  }

  @Test func aValueOutsideOfTheDeclaredRangeIsRefused() {
    #expect(
      refusal("0,1\n1,2\n", header: false, range: 0...1)
        == "t holds 2, outside of its range [0, 1] at line 2, column 3")
  }

  @Test func aLineThatNeverEndsIsNotReadToItsEnd() {
    #expect(
      refusal(String(repeating: "1", count: 3 << 20)).hasPrefix(
        "t has a line of more than 1048576 bytes at line 1"))
  }

  @Test func textInAnotherEncodingIsRefused() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("t", [0xFF, 0xFE, 0x31, 0])
    #expect(
      failure { () throws(DataError) in _ = try CSVHeader().layout(of: path) }
        == "t is text in UTF-16, but must be UTF-8")
    #expect(
      failure { () throws(DataError) in
        _ = try CSVHeader().layout(of: golden("images.idx.gz"))
      } == "images.idx.gz is a gzip file, but tables are read unpacked; unpack it")
  }

  private func read(_ text: String, label: String? = nil, header: Bool? = nil) throws -> CSVTable {
    let folder = try TemporaryFolder()
    return try CSVTable(
      folder.write("t", text), CSVHeader(label: label, isGiven: header),
      classes: label == nil ? nil : 3, range: nil)
  }

  private func refusal(
    _ text: String, label: String? = nil, header: Bool? = nil, range: ClosedRange<Float>? = nil
  ) -> String {
    guard let folder = try? TemporaryFolder(), let path = try? folder.write("t", text) else {
      return "no temporary folder"
    }
    return failure { () throws(DataError) in
      _ = try CSVTable(
        path, CSVHeader(label: label, isGiven: header), classes: 3, range: range)
    }
  }
}
