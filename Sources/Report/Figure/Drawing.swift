import Run

/// A place on a sheet: points (1/72 inch) from its left upper corner, y downwards.
public struct Place: Hashable, Sendable {
  /// Points to the right.
  public var x: Double
  /// Points down.
  public var y: Double

  /// A place with these coordinates.
  public init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }
}

/// A part of a sheet.
public struct Box: Hashable, Sendable {
  /// Its borders, in points.
  public var left, top, right, bottom: Double

  /// A part with these borders.
  public init(left: Double, top: Double, right: Double, bottom: Double) {
    self.left = left
    self.top = top
    self.right = right
    self.bottom = bottom
  }

  /// Points across.
  public var width: Double { right - left }
  /// Points down.
  public var height: Double { bottom - top }

  /// Whether a place lies in it.
  public func holds(_ place: Place) -> Bool {
    place.x >= left && place.x <= right && place.y >= top && place.y <= bottom
  }
}

/// A line's looks.
public struct Stroke: Hashable, Sendable {
  /// Its colour.
  public var color: Color
  /// Its width in points.
  public var width: Double
  /// Lengths of dashes and gaps in points, in turns; empty for a line without gaps.
  public var dashes: [Double] = []
  /// From 0, unseen, to 1.
  public var opacity = 1.0

  /// A line without gaps.
  public init(_ color: Color, width: Double, dashes: [Double] = [], opacity: Double = 1) {
    self.color = color
    self.width = width
    self.dashes = dashes
    self.opacity = opacity
  }
}

/// Text of one line, some of it raised: `10` and a raised `-3`.
public struct Words: Hashable, Sendable {
  /// The text on the line.
  public var text: String
  /// What follows it as an exponent, at ``raisedSize`` of its size.
  public var raised: String

  /// The share of the text's size that a raised text has.
  static let raisedSize = 0.7
  /// How far a raised text stands above the line, as a share of the text's size.
  static let raise = 0.38

  /// A text with or without an exponent.
  public init(_ text: String, raised: String = "") {
    self.text = text
    self.raised = raised
  }
}

/// A text on a sheet.
public struct Label: Hashable, Sendable {
  /// Where the place of a text lies in it.
  public enum Anchor: String, Hashable, Sendable {
    /// At its left end.
    case start
    /// In its middle.
    case middle
    /// At its right end.
    case end
  }

  /// The text.
  public var words: Words
  /// Where it stands: a point of its base line.
  public var place: Place
  /// Which point.
  public var anchor = Anchor.start
  /// Its size in points.
  public var size: Double
  /// Whether it runs from below to above.
  public var isUpright = false
  /// Its colour.
  public var color: Color
}

/// What stands on a sheet, in the order in which it is drawn. Both forms, SVG and PNG, are made
/// from it, so they show the same.
public struct Drawing: Sendable {
  /// One thing on the sheet.
  public enum Shape: Hashable, Sendable {
    /// A line through places.
    case line([Place], Stroke)
    /// A closed area.
    case area([Place], Color, opacity: Double)
    /// A disc of so many points' radius.
    case disc(Place, radius: Double, Color, opacity: Double)
    /// A text.
    case text(Label)
    /// Shapes of which only what lies in a box is seen.
    indirect case within(Box, [Shape])
  }

  /// The sheet's size in points.
  public let width, height: Double
  /// What stands on it.
  public var shapes: [Shape] = []

  /// An empty white sheet.
  public init(width: Double, height: Double) {
    self.width = width
    self.height = height
  }
}

/// The colours of figures: those of Okabe and Ito, "Color Universal Design" (2008), which people
/// with any kind of colour vision can tell apart. Yellow, too pale for lines on white, comes last.
public enum Palette {
  /// Blue, vermilion, green, purple, orange, sky blue, black, yellow.
  public static let colors: [Color] = [
    Color(red: 0, green: 114, blue: 178), Color(red: 213, green: 94, blue: 0),
    Color(red: 0, green: 158, blue: 115), Color(red: 204, green: 121, blue: 167),
    Color(red: 230, green: 159, blue: 0), Color(red: 86, green: 180, blue: 233),
    Color(red: 0, green: 0, blue: 0), Color(red: 240, green: 228, blue: 66),
  ]

  /// Dashes that tell lines apart when the colours begin anew.
  static let dashes: [[Double]] = [[], [3, 1.5], [0.9, 1.3], [4, 1.3, 0.9, 1.3]]

  /// The line of the curve number `index`.
  public static func stroke(_ index: Int, width: Double) -> Stroke {
    Stroke(
      colors[index % colors.count], width: width,
      dashes: dashes[index / colors.count % dashes.count])
  }
}
