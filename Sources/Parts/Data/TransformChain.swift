import CKernels
import Tensor

/// The transforms of an experiment in order, bound to the form of its examples.
public struct TransformChain: Sendable {
  /// A transform of the chain that cannot take what it receives.
  public struct Failure: Error, Sendable {
    /// The transform's place in the list, from 0.
    public let index: Int
    /// Why.
    public let reason: TransformError
  }

  /// A transform with the stream that its numbers come from.
  struct Link: Sendable {
    let transform: BoundTransform
    let stream: UInt64
  }

  /// The examples that come in.
  public let input: ExampleForm
  /// The examples that come out.
  public let output: ExampleForm
  let links: [Link]

  /// Binds transforms, the first to examples of the form `input`, each other to what the one before
  /// it gives. Transform i draws from the stream `data.transforms[i]`, in evaluation from
  /// `data.transforms[i].evaluation`; numbers that belong to an example are the same in both.
  public init(_ transforms: [any Transform], input: ExampleForm, mode: TransformMode)
    throws(Failure)
  {
    self.input = input
    var form = input
    var links: [Link] = []
    for (index, transform) in transforms.enumerated() {
      do {
        let bound = try transform.bind(to: form, mode: mode)
        links.append(Link(transform: bound, stream: Self.stream(index, bound.draws)))
        form = bound.output
      } catch {
        throw Failure(index: index, reason: error)
      }
    }
    output = form
    self.links = links
  }

  private static func stream(_ index: Int, _ draws: TransformDraws?) -> UInt64 {
    let owner = draws?.owner == .example ? ".example" : ""
    return Stream.hash("data.transforms[\(index)]\(owner)")
  }

  /// The most values that an example has on its way.
  var largestCount: Int {
    links.map(\.transform.output.shape.count).reduce(input.shape.count, max)
  }
}
