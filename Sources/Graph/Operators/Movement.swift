public import Tensor

/// Operators that put elements in another order or repeat them.
extension Operator {
  static let movement: [Operator] = [
    transpose, expand, tile, depthToSpace, spaceToDepth, triangle,
  ]

  private static let transpose = Operator(
    "Transpose", "the axes in another order", inputs: 1...1,
    attributes: [.optional("perm", .ints)], work: .move,
    infer: { types throws(OperatorError) in
      let shape = types.shape(0)
      return [TensorType(types.element(0), Shape(try permutation(types).map { shape[$0] }))]
    },
    compute: { call, _ throws(OperatorError) in
      [call.tensor(0).transposed(try permutation(call.types))]
    })

  /// For each axis of the result, the axis of the input; the reverse order where none is given.
  private static func permutation(_ types: Types) throws(OperatorError) -> [Int] {
    let rank = types.shape(0).rank
    guard let given = types.attributes.ints("perm") else { return (0..<rank).reversed() }
    guard given.sorted() == Array(0..<rank) else {
      throw OperatorError("attribute perm: found \(given), expected an order of \(rank) axes")
    }
    return given
  }

  private static let expand = Operator(
    "Expand", "the input broadcast to a shape", inputs: 2...2, work: .move,
    infer: { types throws(OperatorError) in
      let shape = try checkedShape(types.ints(1, "shape")!)
      return [TensorType(types.element(0), try broadcastShape(types.shape(0), shape))]
    },
    compute: { call, types in
      let (tensor, shape) = (call.tensor(0), types[0].shape)
      let strides = tensor.shape.strides(broadcastTo: shape)
      let tables = zip(shape.sizes, strides).map { Rearrangement.offsets($0, stride: $1) }
      return [Rearrangement(tables)(tensor)]
    })

  private static let tile = Operator(
    "Tile", "the input repeated along each axis", inputs: 2...2, work: .move,
    infer: { types throws(OperatorError) in
      let (shape, repeats) = (types.shape(0), try types.ints(1, "repeats")!)
      guard repeats.count == shape.rank else {
        throw OperatorError("found \(repeats.count) repeats, expected \(shape.rank)")
      }
      var sizes: [Int] = []
      for (size, count) in zip(shape.sizes, repeats) {
        let (product, overflow) = size.multipliedReportingOverflow(by: count)
        guard count >= 0, !overflow else {
          throw OperatorError(
            "found \(count) repeats of an axis of size \(size), expected 0 or more, and at most "
              + "\(maximumElements) elements")
        }
        sizes.append(product)
      }
      return [TensorType(types.element(0), try checkedShape(sizes))]
    },
    compute: { call, types in
      let tensor = call.tensor(0)
      let indices = zip(types[0].shape.sizes, tensor.shape.sizes).map { count, size in
        (0..<count).map { $0 % size }
      }
      return [Rearrangement(indices, of: tensor.shape)(tensor)]
    })

  private static let depthToSpace = Operator(
    "DepthToSpace", "blocks of channels spread over rows and columns", inputs: 1...1,
    attributes: [.required("blocksize", .int), .choice("mode", ["DCR", "CRD"])], work: .move,
    infer: { types throws(OperatorError) in
      let (shape, block) = (types.shape(0), try blockSize(types))
      guard shape[1] % (block * block) == 0 else {
        throw OperatorError("found \(shape[1]) channels, expected a multiple of \(block * block)")
      }
      let sizes = [shape[0], shape[1] / (block * block), shape[2] * block, shape[3] * block]
      return [TensorType(types.element(0), Shape(sizes))]
    },
    compute: { call, types throws(OperatorError) in
      let (shape, block) = (call.tensor(0).shape, try blockSize(call.types))
      let (n, c, h, w) = (shape[0], types[0].shape[1], shape[2], shape[3])
      let blocked =
        call.attributes.string("mode") == "DCR"
        ? call.tensor(0).reshaped([n, block, block, c, h, w]).transposed([0, 3, 4, 1, 5, 2])
        : call.tensor(0).reshaped([n, c, block, block, h, w]).transposed([0, 1, 4, 2, 5, 3])
      return [blocked.reshaped(types[0].shape)]
    })

  private static let spaceToDepth = Operator(
    "SpaceToDepth", "blocks of rows and columns gathered into channels", inputs: 1...1,
    attributes: [.required("blocksize", .int)], work: .move,
    infer: { types throws(OperatorError) in
      let (shape, block) = (types.shape(0), try blockSize(types))
      guard shape[2] % block == 0, shape[3] % block == 0 else {
        throw OperatorError("found shape \(shape), expected planes of blocks of size \(block)")
      }
      let sizes = try checkedShape([shape[0], block, block, shape[1]]).sizes
      return [
        TensorType(
          types.element(0),
          Shape([sizes[0], shape[1] * block * block, shape[2] / block, shape[3] / block]))
      ]
    },
    compute: { call, types throws(OperatorError) in
      let (shape, block) = (call.tensor(0).shape, try blockSize(call.types))
      let (n, c, h, w) = (shape[0], shape[1], types[0].shape[2], types[0].shape[3])
      let blocked = call.tensor(0).reshaped([n, c, h, block, w, block])
      return [blocked.transposed([0, 3, 5, 1, 2, 4]).reshaped(types[0].shape)]
    })

  private static func blockSize(_ types: Types) throws(OperatorError) -> Int {
    let block = types.attributes.int("blocksize")
    guard types.shape(0).rank == 4 else {
      throw OperatorError("found shape \(types.shape(0)), expected 4 axes")
    }
    guard block >= 1, block <= 1 << 14 else {
      throw OperatorError("attribute blocksize: found \(block), expected 1 to \(1 << 14)")
    }
    return block
  }

  static let triangle = Operator(
    "Trilu", "the upper or lower triangle of each matrix, zero elsewhere", inputs: 1...2,
    attributes: [.defaulted("upper", .int(1))], work: .move,
    infer: { types throws(OperatorError) in
      guard types.shape(0).rank >= 2 else {
        throw OperatorError("found shape \(types.shape(0)), expected at least 2 axes")
      }
      return [types.type(0)]
    },
    compute: { call, types throws(OperatorError) in
      let diagonal = try call.types.int(1, "k") ?? 0
      let isUpper = call.attributes.bool("upper")
      let (tensor, shape) = (call.tensor(0), types[0].shape)
      let (rows, columns) = (shape[shape.rank - 2], shape[shape.rank - 1])
      // A diagonal beyond the matrix is as good as one at its corner.
      let k = min(max(diagonal, -rows - 1), columns + 1)
      let matrix = (0..<rows).flatMap { row in
        (0..<columns).map { column in
          let isKept = isUpper ? column - row >= k : column - row <= k
          return isKept ? row * columns + column : Rearrangement.fill
        }
      }
      let matrices = shape.sizes.dropLast(2).reduce(1, *)
      let starts = Rearrangement.offsets(matrices, stride: rows * columns)
      return [Rearrangement([starts, matrix])(tensor).reshaped(shape)]
    })
}

extension Tensor {
  /// The tensor with its axes in another order: axis `i` of the result is axis `order[i]`.
  public func transposed(_ order: [Int]) -> Tensor {
    let strides = shape.strides
    return Rearrangement(
      order.map { Rearrangement.offsets(shape[$0], stride: strides[$0]) })(self)
  }

  /// The elements at `offsets`, in a shape of as many elements.
  func taking(_ offsets: [Int], shape: Shape) -> Tensor {
    Rearrangement([offsets])(self).reshaped(shape)
  }
}
