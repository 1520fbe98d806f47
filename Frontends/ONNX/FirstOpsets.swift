extension ONNX {
  /// The opset that an operator came with, of those that opset 1 did not have. Left out are
  /// MeanVarianceNormalization, ThresholdedRelu and Upsample, which were experimental before.
  static let firstOpsets: [String: Int] = {
    var opsets: [String: Int] = [:]
    for (opset, operators) in newOperators {
      for op in operators { opsets[op] = opset }
    }
    return opsets
  }()

  private static let newOperators: [(opset: Int, operators: [String])] = [
    (7, ["Acos", "Asin", "Atan", "Cos", "Sin", "Tan"]),
    (8, ["Expand", "Scan"]),
    (
      9,
      [
        "Acosh", "Asinh", "Atanh", "Compress", "ConstantOfShape", "Cosh", "Erf", "EyeLike", "IsNaN",
        "MaxUnpool", "NonZero", "OneHot", "Scatter", "Shrink", "Sign", "Sinh", "Where",
      ]
    ),
    (
      10,
      [
        "ConvInteger", "DequantizeLinear", "IsInf", "MatMulInteger", "Mod", "NonMaxSuppression",
        "QLinearConv", "QLinearMatMul", "QuantizeLinear", "Resize", "RoiAlign",
      ]
    ),
    (
      11,
      [
        "BitShift", "CumSum", "Det", "DynamicQuantizeLinear", "GatherElements", "GatherND", "Range",
        "Round", "ScatterElements", "ScatterND", "Unique",
      ]
    ),
    (
      12,
      [
        "Celu", "Einsum", "GreaterOrEqual", "LessOrEqual", "NegativeLogLikelihoodLoss",
        "SoftmaxCrossEntropyLoss",
      ]
    ),
    (14, ["HardSwish", "Trilu"]),
    (15, ["CastLike", "OptionalGetElement", "OptionalHasElement"]),
    (16, ["GridSample"]),
    (
      17,
      [
        "BlackmanWindow", "DFT", "HammingWindow", "HannWindow", "LayerNormalization",
        "MelWeightMatrix", "STFT",
      ]
    ),
    (
      18,
      [
        "BitwiseAnd", "BitwiseNot", "BitwiseOr", "BitwiseXor", "CenterCropPad", "Col2Im",
        "GroupNormalization", "Mish",
      ]
    ),
    (19, ["DeformConv"]),
    (20, ["AffineGrid", "Gelu"]),
    (24, ["Swish"]),
  ]
}
