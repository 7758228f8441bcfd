import Graph
import Tensor
import Testing

@testable import Ops

@Suite struct ShapeRuleTests {
  private func fact(_ op: any Op, _ shapes: Shape...) -> String? {
    do {
      _ = try op.shape(shapes)
      return nil
    } catch { return error.fact }
  }

  @Test func whatDoesNotFitIsToldWithItsShapes() {
    let (a, b) = (Shape([64, 3]), Shape([64, 4]))
    #expect(fact(Add(), a, b) == "cannot combine [64, 3] and [64, 4]")
    #expect(fact(Add(), a) == "takes 2 inputs, but receives 1")
    #expect(fact(Tanh(), Shape([3], .int32)) == "takes float32 numbers, but input 0 is int32")
    #expect(fact(MatMul(), a, b) == "cannot multiply [64, 3] by [64, 4]: 3 is not 64")
    #expect(fact(MatMul(), a, Shape([3])) == "takes matrices, but input 1 is [3]")
    #expect(fact(Sum(1..<3), a) == "works on axes 1..<3, but the input is [64, 3]")
    #expect(fact(Expand([64, 5]), a) == "cannot repeat [64, 3] to [64, 5]")
    #expect(fact(Reshape([10]), a) == "needs 10 elements for [10], but receives 192")
    #expect(fact(Power(1 << 30), a) == "takes exponents up to 16777216, not 1073741824")
  }

  @Test func tensorsBeyondTheLimitAreRefusedRatherThanOverflow() {
    let (tall, wide) = (Shape([1 << 20, 1]), Shape([1, 1 << 20]))
    #expect(fact(Add(), tall, wide) == "cannot make a tensor of shape [1048576, 1048576]")
    #expect(fact(Expand([Int.max, 2]), .scalar)?.hasPrefix("cannot make") == true)
    #expect(fact(Normal(stream: 0, [0])) == "cannot make a tensor of shape [0]")
  }

  @Test func convolutionsCheckTheirGeometry() {
    let x = Shape([2, 4, 4, 3])
    func fact(_ window: Window, image: Extent = 4, groups: Int = 1) -> String? {
      let geometry = ConvGeometry(
        image: image, inputChannels: 3, outputChannels: 6, window: window, groups: groups)
      return self.fact(Convolution(geometry), x, Shape([3, 3, 3, 6]))
    }
    #expect(fact(Window(3)) == nil)
    #expect(
      fact(Window(3, dilation: 2))
        == "needs at least 5x5 pixels for its window (kernel 3x3, dilation 2x2), but the image "
        + "with its padding is 4x4")
    #expect(fact(Window(3), groups: 2) == "cannot cut 3 and 6 channels into 2 groups")
    #expect(fact(Window(3), image: 5) == "needs [2, 5, 5, 3] as input 0, but receives [2, 4, 4, 3]")
    for absurd in [Window(0), Window(3, stride: -1), Window(Extent(Int.max), dilation: 9)] {
      #expect(fact(absurd)?.hasPrefix("cannot move a window") == true)
    }
  }

  @Test func transposedConvolutionsGrowByTheirStride() {
    let window = Window(4, stride: 2, padding: 1)
    let geometry = ConvGeometry(transposing: 7, channels: 64, to: 1, window: window)
    #expect(geometry.image == 14)
    #expect(geometry.output(5) == Shape([5, 7, 7, 64]))
    let absurd = ConvGeometry(
      transposing: Extent(Int.max), channels: 1, to: 1, window: Window(2, stride: Extent(Int.max)))
    #expect(fact(ConvInputGradient(absurd), .scalar, .scalar) != nil)
  }
}
