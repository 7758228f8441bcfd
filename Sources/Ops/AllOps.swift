/// Every op: a new one is a file and a line here.
public let allOps: [any ListedOp.Type] = [
  // Draws
  Normal.self, Uniform.self,
  // Elementwise
  Absolute.self, Add.self, Cosine.self, Divide.self, Equal.self, ErrorFunction.self, Expand.self,
  Exponential.self, Floor.self, Greater.self, GreaterEqual.self, LeakyReLU.self,
  Less.self, LogSigmoid.self, Logarithm.self, Maximum.self, Minimum.self, Multiply.self,
  Negate.self, Power.self, ReLU.self, Reciprocal.self, Select.self, Sigmoid.self, Sign.self,
  Sine.self, Softplus.self, Square.self, SquareRoot.self, Subtract.self, Tanh.self,
  // Products
  MatMul.self,
  // Images
  AveragePool.self, AveragePoolGradient.self, ConvInputGradient.self, ConvWeightGradient.self,
  Convolution.self, MaxPool.self, MaxPoolGradient.self, MaxPoolSelect.self, UpsampleBilinear.self,
  UpsampleBilinearGradient.self, UpsampleNearest.self, UpsampleNearestGradient.self,
  // Reductions
  ArgMax.self, MaxReduce.self, Sum.self,
  // Moves
  Concatenate.self, OneHot.self, Pad.self, Permute.self, Slice.self, Reshape.self,
  StopGradient.self,
]
