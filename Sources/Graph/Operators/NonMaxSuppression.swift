import Tensor

extension Operator {
  static let nonMaxSuppression = Operator(
    "NonMaxSuppression",
    "the image, class and index of boxes from the highest score down, without those that overlap "
      + "one before",
    inputs: 2...5, attributes: [.defaulted("center_point_box", .int(0))],
    work: { types, outputs in
      // Each score takes part in a sort; each box taken is compared with all of its class.
      let (scores, taken) = (types.shape(1).count, outputs[0].shape.sizes[0])
      let sort = Work.compare * (scores * (Int.bitWidth - scores.leadingZeroBitCount))
      let boxes = types.shape(0).sizes[1]
      return sort + Work(adds: 6, multiplies: 1, divides: 1, compares: 6) * (taken * boxes)
    },
    measuring: [
      "boxes", "scores", "max_output_boxes_per_class", "iou_threshold", "score_threshold",
    ],
    compute: { call throws(OperatorError) in
      let suppression = try Suppression(call)
      let result = suppression.selected
      return [Tensor(try checkedShape([result.count / 3, 3]), ints: result)]
    })
}

/// The inputs of a NonMaxSuppression, checked.
private struct Suppression {
  let batch: Int
  let classes: Int
  /// Boxes of an image.
  let count: Int
  /// Of all images.
  let boxes: [Box]
  let scores: [Float]
  /// The most boxes of a class.
  let most: Int
  let overlapLimit: Float
  let scoreLimit: Float?

  init(_ call: Operator.Call) throws(OperatorError) {
    let boxes = try call.types.floats(0, "boxes", rank: 3...3)
    let scores = try call.types.floats(1, "scores", rank: 3...3)
    guard boxes[2] == 4, scores[0] == boxes[0], scores[2] == boxes[1] else {
      throw OperatorError(
        "found boxes \(boxes) and scores \(scores), expected 4 numbers and a score of each class "
          + "for each box")
    }
    (batch, classes, count) = (boxes[0], scores[1], boxes[1])
    most = max(try call.types.int(2, "max_output_boxes_per_class") ?? 0, 0)
    overlapLimit = try call.number(3, "iou_threshold") ?? 0
    scoreLimit = try call.number(4, "score_threshold")
    let isCentered = call.attributes.bool("center_point_box")
    let numbers = call.tensor(0).floats
    self.boxes = (0..<(batch * count)).map { index in
      let four = Array(numbers[(4 * index)..<(4 * index + 4)])
      return isCentered ? Box(center: four) : Box(corners: four)
    }
    self.scores = call.tensor(1).floats
  }

  /// Image, class and index of each box taken, one after another.
  var selected: [Int64] {
    var result: [Int64] = []
    for image in 0..<batch {
      for label in 0..<classes {
        for index in taken(image, label) { result += [Int64(image), Int64(label), Int64(index)] }
      }
    }
    return result
  }

  private func taken(_ image: Int, _ label: Int) -> [Int] {
    let first = (image * classes + label) * count
    // A NaN is below every score.
    let scores = scores[first..<(first + count)].map { $0.isNaN ? -.infinity : $0 }
    let candidates = scores.indices.filter { index in scoreLimit.map { scores[index] > $0 } ?? true
    }
    var taken: [Int] = []
    for index in candidates.sorted(by: { (-scores[$0], $0) < (-scores[$1], $1) }) {
      if taken.count >= most { break }
      let box = boxes[image * count + index]
      if !taken.contains(where: { boxes[image * count + $0].overlap(box) > overlapLimit }) {
        taken.append(index)
      }
    }
    return taken
  }
}

/// A rectangle along the axes.
private struct Box {
  let lower: SIMD2<Float>
  let upper: SIMD2<Float>

  /// - Parameter corners: two points on a diagonal.
  init(corners: [Float]) {
    let (a, b) = (SIMD2(corners[0], corners[1]), SIMD2(corners[2], corners[3]))
    lower = pointwiseMin(a, b)
    upper = pointwiseMax(a, b)
  }

  /// - Parameter center: the middle, and then the sizes.
  init(center: [Float]) {
    let (middle, half) = (SIMD2(center[0], center[1]), SIMD2(center[2], center[3]) / 2)
    lower = middle - half
    upper = middle + half
  }

  private var area: Float {
    let size = upper - lower
    return size[0] * size[1]
  }

  /// The common area over that of both together; 0 where one of them is none.
  func overlap(_ other: Box) -> Float {
    let size = pointwiseMin(upper, other.upper) - pointwiseMax(lower, other.lower)
    guard size[0] > 0, size[1] > 0, area > 0, other.area > 0 else { return 0 }
    let common = size[0] * size[1]
    return common / (area + other.area - common)
  }
}
