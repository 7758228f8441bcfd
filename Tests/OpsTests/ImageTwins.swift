import Foundation
import Graph
import Tensor

@testable import Ops

/// The plain definitions of convolutions: every pair of a window's place and a tap, each a product.
func convolutionTwin(_ op: any Op, _ inputs: [Dense], _ dims: [Int]) -> Dense? {
  guard let geometry = (op as? any Convolving)?.geometry else { return nil }
  var result = Dense(dims)
  let inputsPerGroup = geometry.inputChannels / geometry.groups
  let outputsPerGroup = geometry.outputChannels / geometry.groups
  for y in Dense.places(geometry.output(inputs[0].dims[0]).dims) {
    for (pixel, tap) in taps(geometry.window, at: y, in: geometry.image) {
      for channel in 0..<inputsPerGroup {
        let x = pixel + [y[3] / outputsPerGroup * inputsPerGroup + channel]
        let w = tap + [channel, y[3]]
        switch op {
        case is Convolution: result[y] += inputs[0][x] * inputs[1][w]
        case is ConvInputGradient: result[x] += inputs[0][y] * inputs[1][w]
        default: result[w] += inputs[0][x] * inputs[1][y]
        }
      }
    }
  }
  return result
}

/// The pixels [n, h, w] of the image that the window at y = [n, oh, ow, ...] sees, each with its
/// tap [kh, kw].
private func taps(_ window: Window, at y: [Int], in image: Extent) -> [(pixel: [Int], tap: [Int])] {
  Dense.places([window.kernel.height, window.kernel.width]).compactMap { tap in
    let row = y[1] * window.stride.height - window.padding.top + tap[0] * window.dilation.height
    let column = y[2] * window.stride.width - window.padding.left + tap[1] * window.dilation.width
    let isInside = (0..<image.height).contains(row) && (0..<image.width).contains(column)
    return isInside ? ([y[0], row, column], tap) : nil
  }
}

/// The plain definitions of pools: every pixel under a window's place with its share of it.
func poolTwin(_ op: any Op, _ inputs: [Dense], _ dims: [Int]) -> Dense? {
  guard let window = (op as? any Pooling)?.window else { return nil }
  var result = Dense(dims)
  let isAdjoint = op is MaxPoolGradient || op is AveragePoolGradient
  let image = isAdjoint ? dims : inputs[0].dims
  let output = isAdjoint ? (inputs.last?.dims ?? []) : dims
  for y in Dense.places(output) {
    let extent = Extent(height: image[1], width: image[2])
    let pixels = taps(window, at: y, in: extent).map { $0.pixel + [y[3]] }
    for (x, share) in shares(op, pixels, of: inputs[0]) {
      switch op {
      case is MaxPoolGradient, is AveragePoolGradient: result[x] += (inputs.last?[y] ?? 0) * share
      default: result[y] += (inputs.last?[x] ?? 0) * share
      }
    }
  }
  return result
}

/// The pixels that make up a window's result, each with its weight.
private func shares(_ op: any Op, _ pixels: [[Int]], of x: Dense) -> [([Int], Double)] {
  switch op {
  case let op as AveragePool where op.includesPadding: return pixels.map { ($0, 1 / op.taps) }
  case let op as AveragePoolGradient where op.includesPadding:
    return pixels.map { ($0, 1 / op.taps) }
  case is AveragePool, is AveragePoolGradient:
    return pixels.map { ($0, 1 / Double(pixels.count)) }
  default: return pixels.max { x[$0] < x[$1] }.map { [($0, 1)] } ?? []
  }
}

extension Pooling {
  fileprivate var taps: Double { Double(window.kernel.height * window.kernel.width) }
}

/// The plain definitions of enlargements: every pixel of the larger image with its sources.
func upsampleTwin(_ op: any Op, _ inputs: [Dense], _ dims: [Int]) -> Dense? {
  guard let factor = (op as? any Upsampling)?.factor else { return nil }
  var result = Dense(dims)
  let isAdjoint = op is UpsampleNearestGradient || op is UpsampleBilinearGradient
  let isLinear = op is UpsampleBilinear || op is UpsampleBilinearGradient
  let (small, large) = isAdjoint ? (dims, inputs[0].dims) : (inputs[0].dims, dims)
  for y in Dense.places(large) {
    for (row, rowShare) in sources(of: y[1], factor.height, small[1], isLinear) {
      for (column, columnShare) in sources(of: y[2], factor.width, small[2], isLinear) {
        let x = [y[0], row, column, y[3]]
        let (from, to) = isAdjoint ? (y, x) : (x, y)
        result[to] += inputs[0][from] * rowShare * columnShare
      }
    }
  }
  return result
}

/// The places along one direction that make up the place `y` of the larger image.
private func sources(of y: Int, _ factor: Int, _ size: Int, _ isLinear: Bool) -> [(Int, Double)] {
  if !isLinear { return [(y / factor, 1)] }
  let place = max(0, (Double(y) + 0.5) / Double(factor) - 0.5)
  let first = Int(place)
  let share = place - Double(first)
  return [(first, 1 - share), (min(first + 1, size - 1), share)]
}
