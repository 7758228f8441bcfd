import CKernels
import Testing

extension Kernels {
  @Suite struct Conv {
    /// One convolution and its naive twins, which follow conv.h word by word.
    struct Case: CustomStringConvertible {
      var name: String
      var batch = 2
      var size = (8, 8)
      var channels = (3, 5)
      var kernel = (3, 3)
      var stride = (1, 1)
      var pad = (1, 1)
      var dilation = (1, 1)
      var groups = 1
      /// Padding at the bottom and the right, beyond that at the top and the left.
      var morePad = (0, 0)

      var description: String { name }
      var height: Int { size.0 }
      var width: Int { size.1 }
      var groupInputs: Int { channels.0 / groups }
      var groupOutputs: Int { channels.1 / groups }
      var outHeight: Int {
        (height + 2 * pad.0 + morePad.0 - dilation.0 * (kernel.0 - 1) - 1) / stride.0 + 1
      }
      var outWidth: Int {
        (width + 2 * pad.1 + morePad.1 - dilation.1 * (kernel.1 - 1) - 1) / stride.1 + 1
      }
      var inputs: Int { batch * height * width * channels.0 }
      var outputs: Int { batch * outHeight * outWidth * channels.1 }
      var weights: Int { kernel.0 * kernel.1 * groupInputs * channels.1 }
      var geometry: assay_conv {
        assay_conv(
          batch: Int64(batch), height: Int64(height), width: Int64(width),
          in_channels: Int64(channels.0), out_height: Int64(outHeight), out_width: Int64(outWidth),
          out_channels: Int64(channels.1), kernel_height: Int64(kernel.0),
          kernel_width: Int64(kernel.1), stride_height: Int64(stride.0),
          stride_width: Int64(stride.1), pad_top: Int64(pad.0), pad_left: Int64(pad.1),
          dilation_height: Int64(dilation.0), dilation_width: Int64(dilation.1),
          groups: Int64(groups))
      }

      /// x at a window's tap, nothing outside the image.
      func pixel(_ x: [Float], _ n: Int, _ ih: Int, _ iw: Int, _ channel: Int) -> Float? {
        guard (0..<height).contains(ih), (0..<width).contains(iw) else { return nil }
        return x[((n * height + ih) * width + iw) * channels.0 + channel]
      }

      func weightIndex(_ kh: Int, _ kw: Int, _ i: Int, _ o: Int) -> Int {
        ((kh * kernel.1 + kw) * groupInputs + i) * channels.1 + o
      }

      func forward(_ x: [Float], _ w: [Float]) -> [Float] {
        (0..<outputs).map { index in
          let o = index % channels.1, pixelIndex = index / channels.1
          let ow = pixelIndex % outWidth, oh = pixelIndex / outWidth % outHeight
          let n = pixelIndex / outWidth / outHeight, first = o / groupOutputs * groupInputs
          return chunkedChain(kernel.0 * kernel.1 * groupInputs) { k in
            let i = k % groupInputs, kw = k / groupInputs % kernel.1
            let kh = k / groupInputs / kernel.1
            let ih = oh * stride.0 - pad.0 + kh * dilation.0
            let iw = ow * stride.1 - pad.1 + kw * dilation.1
            return pixel(x, n, ih, iw, first + i).map { ($0, w[weightIndex(kh, kw, i, o)]) }
          }
        }
      }

      func inputGradient(_ dy: [Float], _ w: [Float]) -> [Float] {
        (0..<inputs).map { index in
          let channel = index % channels.0, i = channel % groupInputs
          let group = channel / groupInputs, pixelIndex = index / channels.0
          let iw = pixelIndex % width, ih = pixelIndex / width % height
          let n = pixelIndex / width / height
          let rows = (0..<kernel.0).filter { (ih + pad.0 - $0 * dilation.0) % stride.0 == 0 }
          let columns = (0..<kernel.1).filter { (iw + pad.1 - $0 * dilation.1) % stride.1 == 0 }
          return chunkedChain(rows.count * columns.count * groupOutputs) { k in
            let o = group * groupOutputs + k % groupOutputs
            let kw = columns[k / groupOutputs % columns.count]
            let kh = rows[k / groupOutputs / columns.count]
            let oh = (ih + pad.0 - kh * dilation.0) / stride.0
            let ow = (iw + pad.1 - kw * dilation.1) / stride.1
            let inside = (0..<outHeight).contains(oh) && (0..<outWidth).contains(ow)
            let output = ((n * outHeight + oh) * outWidth + ow) * channels.1 + o
            return inside ? (dy[output], w[weightIndex(kh, kw, i, o)]) : nil
          }
        }
      }

      func weightGradient(_ x: [Float], _ dy: [Float]) -> [Float] {
        (0..<weights).map { index in
          let o = index % channels.1, i = index / channels.1 % groupInputs
          let tap = index / channels.1 / groupInputs
          let channel = o / groupOutputs * groupInputs + i
          return chunkedChain(batch * outHeight * outWidth) { k in
            let ow = k % outWidth, oh = k / outWidth % outHeight, n = k / outWidth / outHeight
            let ih = oh * stride.0 - pad.0 + tap / kernel.1 * dilation.0
            let iw = ow * stride.1 - pad.1 + tap % kernel.1 * dilation.1
            return pixel(x, n, ih, iw, channel).map { ($0, dy[k * channels.1 + o]) }
          }
        }
      }
    }

    /// What a kernel writes into a result of `count` elements.
    func run(_ count: Int, _ kernel: (UnsafeMutablePointer<Float>) -> Void) -> [Float] {
      var result = [Float](repeating: .nan, count: count)
      result.withUnsafeMutableBufferPointer { buffer in
        if let start = buffer.baseAddress { kernel(start) }
      }
      return result
    }

    func expectContract(_ c: Case, paths: [Int32] = fastPaths, threads: [Int32] = threadCounts) {
      let x = numbers(c.inputs, seed: 1), w = numbers(c.weights, seed: 2)
      let dy = numbers(c.outputs, seed: 3)
      var g = c.geometry
      expectSameBits(c.forward(x, w), paths: paths, threads: threads, "\(c), forward") {
        run(c.outputs) { assay_conv_forward($0, x, w, &g) }
      }
      expectSameBits(c.inputGradient(dy, w), paths: paths, threads: threads, "\(c), dx") {
        run(c.inputs) { assay_conv_input_gradient($0, dy, w, &g) }
      }
      expectSameBits(c.weightGradient(x, dy), paths: paths, threads: threads, "\(c), dw") {
        run(c.weights) { assay_conv_weight_gradient($0, x, dy, &g) }
      }
    }

    @Test(arguments: [
      Case(name: "3x3, stride 1"),
      Case(
        name: "4x4, stride 2", size: (16, 16), channels: (8, 12), kernel: (4, 4), stride: (2, 2)),
      Case(name: "one pixel", size: (1, 1), kernel: (1, 1), pad: (0, 0)),
      Case(name: "1x1 is a product", channels: (7, 9), kernel: (1, 1), pad: (0, 0)),
      Case(
        name: "1x1, stride 2: pixels no tap reaches", kernel: (1, 1), stride: (2, 2), pad: (0, 0)),
      Case(name: "stride beyond the kernel", kernel: (2, 2), stride: (3, 4), pad: (0, 1)),
      Case(name: "kernel as large as the image", size: (4, 4), kernel: (4, 4), pad: (0, 0)),
      Case(name: "kernel beyond the image", size: (3, 2), kernel: (5, 5), pad: (2, 2)),
      Case(name: "windows in the padding alone", size: (2, 2), kernel: (2, 2), pad: (4, 4)),
      Case(name: "more padding below", kernel: (4, 4), stride: (2, 2), morePad: (1, 3)),
      Case(
        name: "the last pixels unused", size: (9, 10), kernel: (3, 3), stride: (3, 3), pad: (0, 0)),
      Case(name: "unequal axes", size: (7, 11), kernel: (1, 5), stride: (2, 1), pad: (0, 2)),
      Case(
        name: "one channel in, many out", size: (12, 12), channels: (1, 33), kernel: (4, 4),
        stride: (2, 2)),
      Case(name: "many channels in, one out", size: (6, 6), channels: (40, 1)),
    ]) func everyGeometryGivesTheContractsBits(_ c: Case) {
      expectContract(c)
    }

    @Test(arguments: [
      Case(name: "dilation 2", dilation: (2, 2)),
      Case(
        name: "stride 2, dilation 2", size: (9, 9), stride: (2, 2), pad: (2, 2), dilation: (2, 2)),
      Case(
        name: "stride 4, dilation 6", size: (19, 17), stride: (4, 4), pad: (3, 5), dilation: (6, 6)),
      Case(
        name: "stride 3, dilation 2", size: (11, 10), kernel: (4, 3), stride: (3, 3),
        dilation: (2, 2)),
      Case(
        name: "stride 2, dilation 3", size: (12, 9), kernel: (3, 2), stride: (2, 2),
        dilation: (3, 3)),
    ]) func dilationTogetherWithStrideGivesTheContractsBits(_ c: Case) {
      expectContract(c)
    }

    @Test(arguments: [
      Case(name: "2 groups", channels: (6, 10), groups: 2),
      Case(
        name: "depthwise, wide", size: (9, 7), channels: (150, 150), stride: (2, 1), groups: 150),
      Case(
        name: "depthwise, stride and dilation", size: (12, 11), channels: (17, 17), stride: (2, 3),
        pad: (2, 1), dilation: (3, 2), groups: 17),
      Case(
        name: "depthwise, pixels no tap reaches", channels: (3, 3), kernel: (1, 2), stride: (2, 3),
        pad: (0, 0), groups: 3),
      Case(
        name: "depthwise, 544 pixels", batch: 1, size: (17, 32), channels: (20, 20), groups: 20),
      Case(
        name: "depthwise, 529 taps", batch: 1, size: (5, 5), channels: (2, 2), kernel: (23, 23),
        pad: (11, 11), groups: 2),
      Case(name: "depthwise", channels: (5, 5), groups: 5),
      Case(
        name: "depthwise, twice as many outputs", channels: (20, 40), stride: (2, 2), groups: 20),
      Case(
        name: "3 groups, stride and dilation", size: (9, 9), channels: (6, 9), stride: (2, 2),
        dilation: (2, 1), groups: 3),
    ]) func groupsGiveTheContractsBits(_ c: Case) {
      expectContract(c)
    }

    @Test(arguments: [
      Case(name: "k of 576", batch: 1, size: (5, 5), channels: (64, 3)),
      Case(
        name: "k of 1600, unaligned", batch: 1, size: (4, 4), channels: (70, 70), kernel: (5, 5),
        pad: (2, 2)),
      Case(name: "2 x 512 pixels", batch: 2, size: (17, 31), channels: (1, 2)),
      Case(name: "several blocks", batch: 3, size: (20, 20), channels: (3, 40)),
    ]) func chunksOf512AreCountedWithinEachSum(_ c: Case) {
      expectContract(c, threads: [1, 2, 8])
    }

    @Test(arguments: [
      Case(name: "1 out", size: (9, 21), channels: (20, 1)),
      Case(name: "2 out, one row of windows", size: (3, 40), channels: (5, 2), pad: (0, 1)),
      Case(name: "3 out, k of 650", size: (7, 7), channels: (26, 3), kernel: (5, 5), pad: (2, 2)),
      Case(name: "4 out, dilated", size: (11, 13), channels: (6, 4), dilation: (3, 2)),
      Case(name: "2 out of each group", size: (8, 9), channels: (9, 6), groups: 3),
      Case(name: "1 in", size: (15, 14), channels: (1, 20)),
      Case(
        name: "3 in, stride 2", size: (16, 18), channels: (3, 33), kernel: (4, 4), stride: (2, 2)),
      Case(
        name: "2 in, stride 4, no taps in some phases", size: (23, 22), channels: (2, 7),
        kernel: (3, 2), stride: (4, 4), pad: (2, 0)),
      Case(
        name: "1 in, k of 576, stride and dilation", size: (20, 19), channels: (1, 64),
        kernel: (5, 5), stride: (2, 2), pad: (3, 3), dilation: (3, 2)),
      Case(
        name: "4 in, more padding", size: (10, 10), channels: (4, 12), pad: (5, 6), morePad: (3, 1)),
    ]) func fewOutputsGiveTheContractsBits(_ c: Case) {
      expectContract(c, threads: [1, 3])
    }

    @Test func theGenericPathIsTheReference() {
      let generic = [Int32(ASSAY_PATH_GENERIC.rawValue)]
      let c = Case(name: "generic", size: (6, 5), stride: (2, 2), dilation: (1, 2))
      expectContract(c, paths: generic, threads: [1, 3])
    }

    /// What lies outside an image is left out, also where the fast way puts zeros there.
    @Test(arguments: [
      Case(name: "few outputs", size: (6, 7), channels: (5, 2)),
      Case(name: "few inputs", size: (7, 6), channels: (2, 20), stride: (2, 1)),
      Case(name: "many channels", size: (5, 5), channels: (20, 20), pad: (2, 1)),
      Case(name: "depthwise", size: (5, 4), channels: (6, 6), groups: 6),
    ]) func anInfiniteNumberNeverMeetsThePadding(_ c: Case) {
      let x = numbers(c.inputs, seed: 1)
      var w = numbers(c.weights, seed: 2), dy = numbers(c.outputs, seed: 3), g = c.geometry
      w[0] = .infinity
      dy[0] = -.infinity
      let y = run(c.outputs) { assay_conv_forward($0, x, w, &g) }
      #expect(y.contains { $0.isInfinite } && !y.contains { $0.isNaN })
      expectBits(y, c.forward(x, w), "\(c), forward")
      let dx = run(c.inputs) { assay_conv_input_gradient($0, dy, w, &g) }
      expectBits(dx, c.inputGradient(dy, w), "\(c), dx")
      let dw = run(c.weights) { assay_conv_weight_gradient($0, x, dy, &g) }
      expectBits(dw, c.weightGradient(x, dy), "\(c), dw")
    }
  }
}
