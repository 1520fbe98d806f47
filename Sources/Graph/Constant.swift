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
  }

  public var base: Base
  public var gains: Gains?

  public init(_ base: Base, gains: Gains? = nil) {
    self.base = base
    self.gains = gains
  }

  public init(_ tensor: Tensor) {
    self.init(.dense(tensor))
  }

  public var type: TensorType {
    switch base {
    case .dense(let tensor): TensorType(tensor.type, tensor.shape)
    case .clustered(let clustered): TensorType(.float, clustered.shape)
    }
  }

  /// The value as a dense tensor. O(count) where there is something to multiply out, else O(1).
  public var tensor: Tensor {
    let base =
      switch base {
      case .dense(let tensor): tensor
      case .clustered(let clustered): clustered.tensor
      }
    guard let gains else { return base }
    let inner = base.shape.sizes[(gains.axis + 1)...].reduce(1, *)
    let kernels = gains.values.count
    var floats = base.floats
    for i in floats.indices {
      floats[i] *= gains.values[(i / inner) % kernels]
    }
    return Tensor(base.shape, floats: floats, type: base.type)
  }
}

/// Weights that take few values: a codebook, and a code of one byte for each weight.
public struct Clustered: Sendable, Equatable {
  /// The values of codes 1, 2, ...; ascending, none of them zero, at most 255 (SONIC's DAC: 64).
  public var codebook: [Float]
  /// 0 for a zero weight, else one more than an index into the codebook.
  public var codes: [UInt8]
  public var shape: Shape

  public init(codebook: [Float], codes: [UInt8], shape: Shape) {
    precondition(codes.count == shape.count && codebook.count <= 255)
    self.codebook = codebook
    self.codes = codes
    self.shape = shape
  }

  /// The weights as floats.
  public var tensor: Tensor {
    let values = [0] + codebook
    return Tensor(shape, floats: codes.map { values[Int($0)] })
  }
}
