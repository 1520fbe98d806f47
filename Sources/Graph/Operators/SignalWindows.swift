import Tensor

/// Windows, spectra and what weighs them.
extension Operator {
  static let signals: [Operator] = [
    window("HannWindow", [0.5, -0.5]),
    window("HammingWindow", [25.0 / 46, -21.0 / 46]),
    window("BlackmanWindow", [0.42, -0.5, 0.08]),
    melWeightMatrix, fourierTransform, shortTimeFourierTransform,
  ]

  /// A sum of cosines over whole turns, `c[0] + c[1] cos(t) + c[2] cos(2 t)`.
  private static func window(_ name: String, _ coefficients: [Double]) -> Operator {
    Operator(
      name, "weights that fall to both ends, as sums of cosines", inputs: 1...1,
      attributes: [outputType, .defaulted("periodic", .int(1))],
      work: Work(adds: 1, multiplies: 1, functions: 1),
      infer: { types throws(OperatorError) in
        let size = try types.int(0, "size")!
        return [TensorType(try types.elementType("output_datatype")!, try checkedShape([size]))]
      },
      compute: { call, types in
        let size = types[0].shape.count
        let turn = call.attributes.bool("periodic") ? size : size - 1
        let floats = (0..<size).map { index in
          // A single weight that is to be symmetric is the one in the middle.
          let (index, turn) = turn > 0 ? (index, turn) : (1, 2)
          let sum = coefficients.enumerated().reduce(0) { sum, term in
            sum + term.element * Elementary.rootOfUnity(term.offset * index, of: turn)[0]
          }
          return Float(sum)
        }
        return [Tensor(types[0].shape, floats: floats).converted(to: types[0].element)]
      })
  }

  static let outputType = AttributeSpec.defaulted("output_datatype", .int(1))
}
