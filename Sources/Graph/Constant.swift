public import Tensor

/// A tensor known at compile time, in the form that the passes have brought it to.
///
/// Its value is `gains[k] * base[..., k, ...]`: a gain for each kernel, the slices of `base` along
/// `axis`. The broadband microring carries the gain, so kernels of different size can share one
/// codebook. Without gains the value is `base` itself.
public struct Constant: Sendable, Equatable {
  public enum Base: Sendable, Equatable {
    case dense(Tensor)
    case clustered(Clustered)
  }

  public struct Gains: Sendable, Equatable {
    public var axis: Int
    public var values: [Float]

    public init(axis: Int, values: [Float]) {
      self.axis = axis
      self.values = values
    }

    /// One gain for all slices of a shape.
    public init(repeating gain: Float, axis: Int, of shape: Shape) {
      self.init(axis: axis, values: [Float](repeating: gain, count: shape[axis]))
    }
  }

  public var base: Base
  public var gains: Gains?
  /// Whether the model lists only what is not zero of it. Then files that sonic writes do so, too.
  public var isSparse: Bool

  public init(_ base: Base, gains: Gains? = nil, isSparse: Bool = false) {
    self.base = base
    self.gains = gains
    self.isSparse = isSparse
  }

  public init(_ tensor: Tensor, isSparse: Bool = false) {
    self.init(.dense(tensor), isSparse: isSparse)
  }

  public var type: TensorType {
    switch base {
    case .dense(let tensor): TensorType(tensor.type, tensor.shape)
    case .clustered(let clustered): TensorType(.float, clustered.shape)
    }
  }

  /// The value as a dense tensor. O(count) where there is something to multiply out, else O(1).
  public var tensor: Tensor {
    switch (base, gains) {
    case (.dense(let tensor), nil): tensor
    case (.dense(let tensor), let gains?): tensor.scaled(by: gains)
    case (.clustered(let clustered), let gains): clustered.tensor(gains: gains)
    }
  }
}

extension Constant {
  /// The same value with its gains, if it has any, along `axis`: multiplied out where they lie along
  /// another one and are not all the same.
  public func withGains(along axis: Int) -> Constant {
    guard let gains, gains.axis != axis else { return self }
    guard let gain = gains.values.first, gains.values.allSatisfy({ $0 == gain }) else {
      return Constant(tensor)
    }
    return Constant(base, gains: Gains(repeating: gain, axis: axis, of: type.shape))
  }
}

extension Tensor {
  /// Whether all elements are integers of at most 22 bits. O(count) where they are.
  public var isIntegral: Bool {
    switch elements {
    case .floats(let floats):
      // In a sum with 1.5 * 2^23 no place is left behind the point.
      floats.allSatisfy { $0.magnitude <= 0x1p22 && ($0 + 0x1.8p23) - 0x1.8p23 == $0 }
    case .doubles(let doubles):
      doubles.allSatisfy { $0.magnitude <= 0x1p22 && $0.rounded() == $0 }
    case .ints(let ints): ints.allSatisfy { $0.magnitude <= 1 << 22 }
    }
  }

  /// Each slice along the gains' axis multiplied by its gain.
  fileprivate func scaled(by gains: Constant.Gains) -> Tensor {
    guard count > 0 else { return self }
    let inner = shape.inner(of: gains.axis)
    var floats = floats
    var start = 0
    while start < floats.count {
      for gain in gains.values {
        for i in start..<start + inner { floats[i] *= gain }
        start += inner
      }
    }
    return Tensor(shape, floats: floats, type: type)
  }
}

extension Shape {
  /// Elements of a slice along `axis` that lie side by side.
  fileprivate func inner(of axis: Int) -> Int { sizes[(axis + 1)...].reduce(1, *) }
}

/// Weights that take few values: a codebook, and a code of one byte for each weight.
public struct Clustered: Sendable, Equatable {
  /// The values of codes 1, 2, ...; ascending, none of them zero, at most 255 (SONIC's DAC: 64).
  public var codebook: [Float]
  /// 0 for a zero weight, else one more than an index into the codebook.
  public var codes: [UInt8]
  public var shape: Shape
  /// What the weights were before; texts of graphs do not tell.
  public var spread = WeightSpread()

  public init(codebook: [Float], codes: [UInt8], shape: Shape) {
    precondition(codes.count == shape.count && codebook.count <= 255)
    self.codebook = codebook
    self.codes = codes
    self.shape = shape
  }

  /// The weights as floats, each slice along the gains' axis multiplied by its gain.
  public func tensor(gains: Constant.Gains? = nil) -> Tensor {
    let floats =
      shape.count == 0
      ? []
      : WeightCodes.decoded(
        codes, codebook: codebook, gains: gains?.values ?? [],
        inner: gains.map { shape.inner(of: $0.axis) } ?? 1)
    return Tensor(shape, floats: floats)
  }
}
