/// The letters of figures in PNG: the Hershey font "Roman simplex", in lines of pens, which needs no
/// font on the machine and is the same everywhere.
///
/// The Hershey Fonts were originally created by Dr. A. V. Hershey while working at the U. S. National
/// Bureau of Standards. The format of the font data in this distribution was originally created by
/// James Hurt, Cognition, Inc., 900 Technology Park Drive, Billerica, MA 01821
/// (mit-eddie!ci-dandelion!hurt).
enum Letters {
  /// Units of the font's grid in the size of a text: capitals are 21 units high.
  static let unitsPerSize = 31.0

  /// A letter as lines of a pen: places in units, the base line at 0, y downwards.
  struct Letter: Sendable {
    /// Units to the next letter.
    let advance: Double
    /// The lines, each through some places.
    let lines: [[Place]]
  }

  /// The letter of a character; an empty box for one that the font has not.
  static func letter(_ character: Character) -> Letter {
    if let own = more[character] { return own }
    guard let code = character.asciiValue, code >= 32, code < 127 else { return missing }
    return ascii[Int(code) - 32]
  }

  /// The width of a text of a size, in points.
  static func width(_ words: Words, size: Double) -> Double {
    func units(_ text: String) -> Double { text.reduce(0) { $0 + letter($1).advance } }
    return (units(words.text) + units(words.raised) * Words.raisedSize) * size / unitsPerSize
  }

  /// Reads a letter of Hurt's format: pairs of characters, each as far from `R` as its number; the
  /// first pair is the letter's left and right end, and ` R` lifts the pen.
  private static func read(_ line: Substring) -> Letter {
    let numbers = line.utf8.map { Double($0) - Double(UInt8(ascii: "R")) }
    guard numbers.count >= 2 else { return Letter(advance: 16, lines: []) }
    var lines: [[Place]] = [[]]
    for index in stride(from: 2, to: numbers.count - 1, by: 2) {
      if numbers[index] == -50 {
        lines.append([])
      } else {
        lines[lines.count - 1].append(Place(numbers[index] - numbers[0], numbers[index + 1] - 9))
      }
    }
    return Letter(advance: numbers[1] - numbers[0], lines: lines.filter { !$0.isEmpty })
  }

  private static let ascii = strokes.split(separator: "\n").map(read)
  private static let missing = read("JZLFLZXZXFLF")
  /// A minus sign, plus and minus, a dot in the middle, an ellipsis, a cross.
  private static let more: [Character: Letter] = [
    "\u{2212}": read("H\\KRYR"), "\u{b1}": read("H\\RIRW RKPYP RK[Y["),
    "\u{b7}": read("MWRQQRRSSRRQ"), "\u{2026}": read("FbJZJ[ RTZT[ R^Z^["),
    "\u{d7}": read("H\\LLXX RXLLX"),
  ]

  /// The letters from the space to the tilde; the space is narrower than Hershey's, and full stop,
  /// comma and colon stand on the base line.
  private static let strokes = #"""
    MW
    MWRFRT RRYQZR[SZRY
    JZNFNM RVFVM
    H]SBLb RYBRb RLOZO RKUYU
    H\PBP_ RTBT_ RYIWGTFPFMGKIKKLMMNOOUQWRXSYUYXWZT[P[MZKX
    F^[FI[ RNFPHPJOLMMKMIKIIJGLFNFPGSHVHYG[F RWTUUTWTYV[X[ZZ[X[VYTWT
    E_\O\N[MZMYNXPVUTXRZP[L[JZIYHWHUISJRQNRMSKSIRGPFNGMIMKNNPQUXWZY[[[\Z\Y
    MWRHQGRFSGSIRKQL
    KYVBTDRGPKOPOTPYR]T`Vb
    KYNBPDRGTKUPUTTYR]P`Nb
    JZRLRX RMOWU RWOMU
    E_RIR[ RIR[R
    NVSZR[QZRYSZS\R^Q_
    E_IR[R
    NVRYQZR[SZRY
    G][BIb
    H\QFNGLJKOKRLWNZQ[S[VZXWYRYOXJVGSFQF
    H\NJPISFS[
    H\LKLJMHNGPFTFVGWHXJXLWNUQK[Y[
    H\MFXFRNUNWOXPYSYUXXVZS[P[MZLYKW
    H\UFKTZT RUFU[
    H\WFMFLOMNPMSMVNXPYSYUXXVZS[P[MZLYKW
    H\XIWGTFRFOGMJLOLTMXOZR[S[VZXXYUYTXQVOSNRNOOMQLT
    H\YFO[ RKFYF
    H\PFMGLILKMMONSOVPXRYTYWXYWZT[P[MZLYKWKTLRNPQOUNWMXKXIWGTFPF
    H\XMWPURRSQSNRLPKMKLLINGQFRFUGWIXMXRWWUZR[P[MZLX
    NVRMQNROSNRM RRYQZR[SZRY
    NVRMQNROSNRM RSZR[QZRYSZS\R^Q_
    F^ZIJRZ[
    E_IO[O RIU[U
    F^JIZRJ[
    I[LKLJMHNGPFTFVGWHXJXLWNVORQRT RRYQZR[SZRY
    E`WNVLTKQKOLNMMPMSNUPVSVUUVS RQKOMNPNSOUPV RWKVSVUXVZV\T]Q]O\L[JYHWGTFQFNGLHJJILHOHRIUJWLYNZQ[T[WZYYZX RXKWSWUXV
    I[RFJ[ RRFZ[ RMTWT
    G\KFK[ RKFTFWGXHYJYLXNWOTP RKPTPWQXRYTYWXYWZT[K[
    H]ZKYIWGUFQFOGMILKKNKSLVMXOZQ[U[WZYXZV
    G\KFK[ RKFRFUGWIXKYNYSXVWXUZR[K[
    H[LFL[ RLFYF RLPTP RL[Y[
    HZLFL[ RLFYF RLPTP
    H]ZKYIWGUFQFOGMILKKNKSLVMXOZQ[U[WZYXZVZS RUSZS
    G]KFK[ RYFY[ RKPYP
    NVRFR[
    JZVFVVUYTZR[P[NZMYLVLT
    G\KFK[ RYFKT RPOY[
    HYLFL[ RL[X[
    F^JFJ[ RJFR[ RZFR[ RZFZ[
    G]KFK[ RKFY[ RYFY[
    G]PFNGLIKKJNJSKVLXNZP[T[VZXXYVZSZNYKXIVGTFPF
    G\KFK[ RKFTFWGXHYJYMXOWPTQKQ
    G]PFNGLIKKJNJSKVLXNZP[T[VZXXYVZSZNYKXIVGTFPF RSWY]
    G\KFK[ RKFTFWGXHYJYLXNWOTPKP RRPY[
    H\YIWGTFPFMGKIKKLMMNOOUQWRXSYUYXWZT[P[MZKX
    JZRFR[ RKFYF
    G]KFKULXNZQ[S[VZXXYUYF
    I[JFR[ RZFR[
    F^HFM[ RRFM[ RRFW[ R\FW[
    H\KFY[ RYFK[
    I[JFRPR[ RZFRP
    H\YFK[ RKFYF RK[Y[
    KYOBOb RPBPb ROBVB RObVb
    KYKFY^
    KYTBTb RUBUb RNBUB RNbUb
    JZRDJR RRDZR
    I[Ib[b
    NVSKQMQORPSORNQO
    I\XMX[ RXPVNTMQMONMPLSLUMXOZQ[T[VZXX
    H[LFL[ RLPNNPMSMUNWPXSXUWXUZS[P[NZLX
    I[XPVNTMQMONMPLSLUMXOZQ[T[VZXX
    I\XFX[ RXPVNTMQMONMPLSLUMXOZQ[T[VZXX
    I[LSXSXQWOVNTMQMONMPLSLUMXOZQ[T[VZXX
    MYWFUFSGRJR[ ROMVM
    I\XMX]W`VaTbQbOa RXPVNTMQMONMPLSLUMXOZQ[T[VZXX
    I\MFM[ RMQPNRMUMWNXQX[
    NVQFRGSFREQF RRMR[
    MWRFSGTFSERF RSMS^RaPbNb
    IZMFM[ RWMMW RQSX[
    NVRFR[
    CaGMG[ RGQJNLMOMQNRQR[ RRQUNWMZM\N]Q][
    I\MMM[ RMQPNRMUMWNXQX[
    I\QMONMPLSLUMXOZQ[T[VZXXYUYSXPVNTMQM
    H[LMLb RLPNNPMSMUNWPXSXUWXUZS[P[NZLX
    I\XMXb RXPVNTMQMONMPLSLUMXOZQ[T[VZXX
    KXOMO[ ROSPPRNTMWM
    J[XPWNTMQMNNMPNRPSUTWUXWXXWZT[Q[NZMX
    MYRFRWSZU[W[ ROMVM
    I\MMMWNZP[S[UZXW RXMX[
    JZLMR[ RXMR[
    G]JMN[ RRMN[ RRMV[ RZMV[
    J[MMX[ RXMM[
    JZLMR[ RXMR[P_NaLbKb
    J[XMM[ RMMXM RM[X[
    KYTBRCQDPFPHQJRKSMSOQQ RRCQEQGRISJTLTNSPORSTTVTXSZR[Q]Q_Ra RQSSUSWRYQZP\P^Q`RaTb
    NVRBRb
    KYPBRCSDTFTHSJRKQMQOSQ RRCSESGRIQJPLPNQPURQTPVPXQZR[S]S_Ra RSSQUQWRYSZT\T^S`RaPb
    F^IUISJPLONOPPTSVTXTZS[Q RISJQLPNPPQTTVUXUZT[Q[O
    """#
}
