import Report
import Testing

@Suite struct EstimateTests {
  @Test func `the standard error is that of the mean, with n - 1`() {
    let estimate = Estimate([2, 4, 4, 4, 5, 5, 7, 9])
    #expect(estimate.mean == 5)
    #expect(estimate.variance == 32.0 / 7)
    #expect(estimate.standardError == (32.0 / 7 / 8).squareRoot())
  }

  @Test func `one value has no error, and no value no mean`() {
    #expect(Estimate([3]).mean == 3 && Estimate([3]).standardError == nil)
    #expect(Estimate([3]).text == "3.000")
    #expect(Estimate([]).mean == nil && Estimate([]).text == "")
  }

  private static let texts: [([Double], String)] = [
    ([1.0, 1.2, 1.4], "1.20 ± 0.12"), ([100, 120, 140], "120 ± 12"),
    ([-0.1234, -0.1235], "-0.123450 ± 0.000050"), ([2, 2, 2], "2.000 ± 0"),
    ([1e-9, 3e-9], "(2.0 ± 1.0)e-9"), ([1e12, 3e12], "(2.0 ± 1.0)e12"),
    ([10_000, 30_000], "20000 ± 10000"), ([1, 1.0000001], "1.000000050 ± 0.000000050"),
    ([1, .nan], "nan ± nan"), ([1, .infinity], "inf ± nan"), ([-.infinity], "-inf"),
  ]

  @Test(arguments: texts)
  func `an error has two digits, and the mean ends where it ends`(
    _ values: [Double], _ text: String
  ) {
    #expect(Estimate(values).text == text)
  }
}

@Suite struct SheetTests {
  static var sheet: Sheet {
    var sheet = Sheet(columns: ["run", "a|b_c", "n", "test.x"])
    sheet.add([
      .text("9f,\"1\""), .text("50 % & {x}"), .count(3), .estimate(.init([1, 2, 3]), runs: 3),
    ])
    sheet.add([.text("<b>\n*2*"), .text("\\^~#$"), .count(2), .estimate(.init([1e-9]), runs: 2)])
    sheet.add([.text("none"), .text(""), .count(1), .estimate(.init([.nan, 1]), runs: 2)])
    sheet.mark(row: 0, column: 3)
    return sheet
  }

  @Test func `settings are short for people and full for programs, and counts have their reasons`()
  {
    var sheet = Sheet(columns: ["rate", "n"])
    sheet.add([.setting(.number(0.1 + 0.2)), .runs(1, left: "2 pruned")])
    sheet.add([.setting(.text("[1, 2]")), .runs(3, left: "")])
    #expect(sheet.texts == [["0.3000", "1 (2 pruned)"], ["[1, 2]", "3"]])
    #expect(sheet.csv == "rate,n,left\n0.30000000000000004,1,2 pruned\n\"[1, 2]\",3,\n")
  }

  @Test func `CSV has numbers in full, and quotes what must be`() {
    #expect(
      SheetTests.sheet.csv == """
        run,a|b_c,n,test.x,test.x.standard_error,test.x.n
        "9f,""1""\",50 % & {x},3,2.0,0.5773502691896257,3
        "<b>
        *2*",\\^~#$,2,1e-09,,1
        none,,1,nan,nan,2

        """)
  }

  @Test func `Markdown escapes what it would read as markup`() {
    #expect(
      SheetTests.sheet.markdown == """
        | run | a\\|b\\_c | n | test.x |
        | --- | --- | ---: | ---: |
        | 9f,"1" | 50 % &amp; {x} | 3 | **2.00 ± 0.58** |
        | &lt;b&gt; \\*2\\* | \\\\^\\~\\#$ | 2 | 1.000e-9 (n = 1) |
        | none |  | 1 | nan ± nan |

        """)
  }

  @Test func `LaTeX escapes what it would read as commands`() {
    #expect(
      SheetTests.sheet.latex == ##"""
        % needs \usepackage{booktabs}
        \begin{tabular}{llrr}
          \toprule
            run & a\textbar{}b\_c & n & test.x \\
          \midrule
            9f,"1" & 50 \% \& \{x\} & $3$ & $\mathbf{2.00 \pm 0.58}$ \\
            \textless{}b\textgreater{} {*}2{*} & \textbackslash{}\textasciicircum{}\textasciitilde{}\#\$ & $2$ & $1.000 \times 10^{-9}\ (n = 1)$ \\
            none &  & $1$ & $\mathrm{nan} \pm \mathrm{nan}$ \\
          \bottomrule
        \end{tabular}

        """##)
  }
}
