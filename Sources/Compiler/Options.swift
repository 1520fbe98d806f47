public import Tensor

/// What the user chose about a compilation; each field is a flag of `sonic compile`.
public struct Options: Sendable {
  /// How batch normalization is realized.
  public enum BatchNorm: String, Sendable, CaseIterable {
    /// A gain of the kernel on the broadband microring.
    case optical
    /// Multiplied into the weights.
    case fold
  }

  /// What a gain is factored out of before clustering.
  public enum Gain: String, Sendable, CaseIterable {
    case kernel, layer
  }

  /// How the survivors of a kernel are packed into vectors.
  public enum Pack: String, Sendable, CaseIterable {
    /// Across the whole kernel.
    case kernel
    /// Within each two-dimensional channel slice, as the SONIC paper does.
    case slice
  }

  /// What stays on the rings.
  public enum Dataflow: String, Sendable, CaseIterable {
    /// Whatever is predicted to be faster, layer by layer.
    case auto
    case kernel
    case patch
  }

  /// What computes products of two activations.
  public enum Attention: String, Sendable, CaseIterable {
    /// The control unit, in floats.
    case ecu
    /// The FC VDUs, one operand quantized to weights at run time.
    case vdu
  }

  /// How centroids are found.
  public enum Clustering: String, Sendable, CaseIterable {
    /// Density-based initialization, then Lloyd's iterations.
    case lloyd
    /// The optimum of one-dimensional k-means by dynamic programming.
    case exact
  }

  /// How much of a layer to prune.
  public enum Pruning: Sendable, Hashable {
    /// The fraction of weights to be zero afterwards.
    case fraction(Double)
    /// At most `keep` of every `of` neighbours along the input channels survive.
    case pattern(keep: Int, of: Int)
  }

  /// Sizes for names that the model leaves open.
  public var dimensions: [String: Int] = [:]
  /// Shapes for inputs, by name.
  public var shapes: [String: Shape] = [:]
  public var batchNorm: BatchNorm = .optical
  public var gain: Gain = .kernel
  public var pack: Pack = .kernel
  public var dataflow: Dataflow = .auto
  public var clustering: Clustering = .lloyd
  public var attention: Attention = .ecu
  /// The largest number of distinct nonzero weights in a layer.
  public var clusters: Int = 64
  /// Pruning of every layer that `pruningOfLayer` does not name; nil prunes nothing.
  public var pruning: Pruning?
  /// Pruning by node name.
  public var pruningOfLayer: [String: Pruning] = [:]
  /// Sample inputs for calibration, each a set of input tensors by name.
  public var samples: [[String: Tensor]] = []
  /// Threads for the passes that use several.
  public var threads: Int = 1

  public init() {}
}
