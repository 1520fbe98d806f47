import Graph
import SONICBackend
import Support
import Tensor

/// Samples with the class that each belongs to.
struct LabeledSamples {
  let images: Tensor
  let labels: [Int64]

  var count: Int { labels.count }

  /// Reads samples and labels from files.
  ///
  /// - Throws: exit code 65 if the two do not belong together.
  init(images: String, labels: String) throws(Failure) {
    let (imagesFile, labelsFile) = (images, labels)
    let (images, labels) = (try TensorFile.read(images), try TensorFile.read(labels))
    guard case .ints(let ints) = labels.elements, labels.shape.rank == 1, labels.count > 0 else {
      throw .data(
        at: Place(file: labelsFile),
        "found labels of \(labels.type.rawValue) \(labels.shape), expected a list of integers")
    }
    guard images.shape.sizes.first == ints.count else {
      throw .data(
        at: Place(file: imagesFile),
        "found samples \(images.shape), expected \(ints.count), as of labels"
      )
    }
    self.images = images
    self.labels = ints
  }

  /// The samples in batches of a size; the last batch reaches back where they do not divide evenly.
  ///
  /// - Parameter body: takes a batch, and how many of its leading samples others have had.
  func forEachBatch(
    of size: Int, _ label: String, isQuiet: Bool,
    _ body: (_ batch: Tensor, _ seen: Int) throws(Failure) -> Void
  ) throws(Failure) {
    guard size <= count else {
      throw .data("found \(count) samples, expected at least the model's batch of \(size)")
    }
    let progress = Progress(label, total: count, isAlone: !isQuiet)
    for first in stride(from: 0, to: count, by: size) {
      let start = min(first, count - size)
      try body(images.rows(start..<start + size), first - start)
      progress.advance(by: size - (first - start))
    }
  }
}

/// What a network says about samples: a score for each class, sample by sample.
struct Scores {
  /// Samples by classes.
  let tensor: Tensor

  /// Samples that an evaluation takes at a time where the model leaves that open.
  private static let batch = 32

  /// The first output of a graph, in floats.
  init(of graph: Graph, named file: String, on set: LabeledSamples) throws(Failure) {
    let input = try about(file) { () throws(Failure) in
      try Self.only(graph.inputs.map { graph.values[$0] })
    }
    var size = min(Self.batch, set.count)
    if let shape = input.shape {
      size = shape.sizes.first ?? 1
    } else if case .fixed(let fixed)? = input.declared?.first {
      size = fixed
    }
    tensor = try about(file) { () throws(Failure) in
      try Self.gather(set, batch: size) { images throws(Failure) in
        try graph.evaluate([input.name: images])
      }
    }
  }

  /// The first output of a program.
  init(
    of runnable: Runnable, named file: String, on set: LabeledSamples, threads: Int
  ) throws(Failure) {
    let program = runnable.program
    var options = RunOptions()
    options.threads = threads
    tensor = try about(file) { () throws(Failure) in
      let input = try Self.only(program.inputNames)
      let size = program.header.isBatchOpen ? set.count : program.batch
      return try Self.gather(set, batch: size) { [options] images throws(Failure) in
        try BatchRun(runnable, [input: images], options: options).outputs.map(\.tensor)
      }
    }
  }

  /// The first output of a program whose numerics are drawn from a seed, sample by sample on the caller's
  /// thread.
  ///
  /// - Precondition: others have run the program on these samples.
  init(of runnable: Runnable, on set: LabeledSamples, seed: UInt64) throws(Failure) {
    var options = RunOptions()
    options.numerics = .noisy
    options.seed = seed
    var execution = Execution(runnable, options: options)
    let size = runnable.program.header.isBatchOpen ? 1 : runnable.program.batch
    tensor = try Self.gather(set, batch: size, isQuiet: true) { images throws(Failure) in
      try execution.run([images]).outputs
    }
  }

  /// The hits of the same again and again, each time on another accelerator of the program's kind: those of
  /// labels that come first, and among the first five.
  ///
  /// - Precondition: `RunOptions.check(_:)`.
  static func trials(
    _ count: Int, of runnable: Runnable, on set: LabeledSamples, seed: UInt64, threads: Int
  ) throws(Failure) -> [(first: Int, firstFive: Int)] {
    let progress = Progress("trying", total: count)
    let results = parallelMap(count: count, threads: threads) { trial in
      defer { progress.advance() }
      var random = SeededRandom(seed: seed, path: UInt64(trial))
      let seed = random.next()
      return Result { () throws(Failure) in
        let scores = try Scores(of: runnable, on: set, seed: seed)
        return (first: scores.hits(set.labels), firstFive: scores.hits(set.labels, within: 5))
      }
    }
    var hits: [(first: Int, firstFive: Int)] = []
    for result in results { hits.append(try result.get()) }
    return hits
  }

  private static func only<Input>(_ inputs: [Input]) throws(Failure) -> Input {
    guard inputs.count == 1 else {
      throw .data("found \(inputs.count) inputs, expected one, for the samples")
    }
    return inputs[0]
  }

  private static func gather(
    _ set: LabeledSamples, batch: Int, isQuiet: Bool = false,
    _ run: (Tensor) throws(Failure) -> [Tensor]
  ) throws(Failure) -> Tensor {
    var parts: [Tensor] = []
    try set.forEachBatch(of: batch, "evaluating", isQuiet: isQuiet) {
      images, seen throws(Failure) in
      guard let scores = try run(images).first, scores.shape.sizes.first == batch,
        scores.type.isFloatingPoint, scores.count > 0
      else { throw .data("expected a first output of floats, a row for each sample") }
      parts.append(scores.rows(seen..<batch))
    }
    return Tensor(joining: parts)
  }

  /// How many samples have their label's score among the so many largest; of equals the first counts as the
  /// larger.
  func hits(_ labels: [Int64], within most: Int = 1) -> Int {
    let classes = tensor.count / labels.count
    return labels.indices.count { sample in
      let row = Array(tensor.floats[(sample * classes)..<((sample + 1) * classes)])
      guard let label = Int(exactly: labels[sample]), row.indices.contains(label) else {
        return false
      }
      let score = row[label]
      let better = row.indices.count { row[$0] > score || (row[$0] == score && $0 < label) }
      return !score.isNaN && better < most
    }
  }
}

extension Program {
  /// The samples of a run, where that is not open.
  fileprivate var batch: Int {
    Int(clamping: buffers[header.inputs[0]].sizes.first ?? 1)
  }
}
