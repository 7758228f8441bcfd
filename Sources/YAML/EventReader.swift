import CYAML
import Text

/// The events of libyaml, one at a time and at most 100,000 of them.
///
/// Only this interface of libyaml is bounded by what its caller takes: it resolves no aliases and
/// builds nothing.
final class EventReader {
  /// An event that matters to a tree, with the bytes that it covers.
  enum Event {
    case documentStart
    case documentEnd
    case streamEnd
    case scalar(Node.Scalar)
    case alias
    case sequenceStart(isBlock: Bool)
    case mappingStart(isBlock: Bool)
    case end
  }

  /// The most events that are taken.
  static let limit = 100_000

  private let source: SourceText
  private let bytes: SourceBytes
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let input: UnsafeMutableBufferPointer<UInt8>
  private var count = 0

  /// A reader of the events of a source, from a byte on and up to another.
  init(_ source: SourceText, from start: Int, to end: Int? = nil) throws(Diagnostic) {
    self.source = source
    self.bytes = try SourceBytes(source, from: start)
    // From here on `deinit` runs, whatever fails.
    parser = .allocate(capacity: 1)
    parser.initialize(to: yaml_parser_t())
    let text = source.bytes[bytes.start..<max(bytes.start, end ?? source.bytes.count)]
    input = .allocate(capacity: text.count)
    _ = input.initialize(from: text)
    guard yaml_parser_initialize(parser) == 1 else {
      throw Diagnostic("out-of-memory", "no memory to read `\(source.name)`", at: nil)
    }
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, input.baseAddress, input.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
    input.deallocate()
  }

  /// The next event and the bytes of its writing.
  func next() throws(Diagnostic) -> (event: Event, span: Span) {
    var raw = yaml_event_t()
    guard yaml_parser_parse(parser, &raw) == 1 else { throw syntaxError() }
    defer { yaml_event_delete(&raw) }
    let span = span(raw.start_mark, raw.end_mark)
    count += 1
    guard count <= EventReader.limit else {
      throw Diagnostic(
        "too-many-values", "`\(source.name)` holds too many values", at: span,
        label: "more than \(EventReader.limit / 1000),000 values, lists, and mappings up to here")
    }
    return (event(raw), span)
  }

  private func event(_ raw: yaml_event_t) -> Event {
    switch raw.type {
    case YAML_STREAM_START_EVENT, YAML_DOCUMENT_START_EVENT: .documentStart
    case YAML_DOCUMENT_END_EVENT: .documentEnd
    case YAML_SCALAR_EVENT: .scalar(scalar(raw.data.scalar))
    case YAML_ALIAS_EVENT: .alias
    case YAML_SEQUENCE_START_EVENT:
      .sequenceStart(isBlock: raw.data.sequence_start.style == YAML_BLOCK_SEQUENCE_STYLE)
    case YAML_MAPPING_START_EVENT:
      .mappingStart(isBlock: raw.data.mapping_start.style == YAML_BLOCK_MAPPING_STYLE)
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: .end
    default: .streamEnd
    }
  }

  private typealias RawScalar = yaml_event_s.__Unnamed_union_data.__Unnamed_struct_scalar

  private func scalar(_ raw: RawScalar) -> Node.Scalar {
    let text = String(
      decoding: UnsafeBufferPointer(start: raw.value, count: raw.length), as: UTF8.self)
    switch raw.style {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE, YAML_DOUBLE_QUOTED_SCALAR_STYLE:
      return Node.Scalar(text: text, style: .quoted)
    case YAML_LITERAL_SCALAR_STYLE, YAML_FOLDED_SCALAR_STYLE:
      return Node.Scalar(text: text, style: .block)
    default:
      return Node.Scalar(text: text, style: .plain)
    }
  }

  /// The bytes between two marks, which count characters.
  private func span(_ start: yaml_mark_t, _ end: yaml_mark_t) -> Span {
    let lower = bytes.offset(ofCharacter: start.index)
    return Span(source, lower..<max(lower, bytes.offset(ofCharacter: end.index)))
  }

  private func syntaxError() -> Diagnostic {
    let raw = parser.pointee
    guard let problem = raw.problem else {
      return Diagnostic("out-of-memory", "no memory to read `\(source.name)`", at: nil)
    }
    return SyntaxError(
      problem: String(cString: problem), context: raw.context.map { String(cString: $0) } ?? "",
      place: bytes.offset(ofCharacter: raw.problem_mark.index),
      start: raw.context == nil ? nil : bytes.offset(ofCharacter: raw.context_mark.index),
      source: source
    ).diagnostic
  }
}
