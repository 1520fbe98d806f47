import Foundation
import JSONFrontend
public import Graph
public import Support

/// A network on which the SONIC paper (arXiv 2109.04459) evaluates, with what its table says of it: all
/// marked T, read in the paper's text. Layer shapes are not published.
public struct PaperNetwork: Sendable {
  /// Layers whose parameters add up to the published total, with seeded random weights. In as many layers as
  /// the paper prunes, the smallest are zero: so many that the published number is left.
  public struct Layout: Sendable {
    public let name: String
    let file: Data
    /// How it was found.
    public let origin: String

    /// FNV-1a of the file that describes it.
    public var hash: String { FNV1a.hexadecimal(file) }

    /// The network. O(weights), as they are drawn.
    public func read() throws(Failure) -> Graph {
      var diagnostics = Diagnostics()
      return try JSON.read(file, file: "\(name).json", diagnostics: &diagnostics)
    }
  }

  /// The data that it classifies.
  public let data: String
  /// Convolutions and fully connected layers.
  public let layers: (convolutions: Int, fullyConnected: Int)
  /// All of them, biases and normalization included.
  public let parameters: Int
  public let layersPruned: Int
  public let clusters: Int
  /// What is left of ``parameters``.
  public let parametersLeft: Int
  /// Per cent, before pruning and clustering and after.
  public let accuracy: (baseline: String, after: String)
  /// The likeliest first.
  public let layouts: [Layout]

  public static let all = [
    PaperNetwork(
      data: "MNIST", layers: (2, 2), parameters: 1_498_730, layersPruned: 4, clusters: 64,
      parametersLeft: 749_365, accuracy: ("93.2", "92.89"),
      layouts: [
        Layout(
          name: "sonic-mnist", file: Data(PackageResources.sonic_mnist_json),
          origin: "one of many fits: 5x5 convolutions, as the data set's classic has them"),
        Layout(
          name: "sonic-mnist-thin", file: Data(PackageResources.sonic_mnist_thin_json),
          origin: "another fit, 5x5 and 3x3 convolutions of fewer channels and a wider dense layer"),
      ]),
    PaperNetwork(
      data: "CIFAR-10", layers: (6, 1), parameters: 552_874, layersPruned: 7, clusters: 16,
      parametersLeft: 276_437, accuracy: ("86.05", "86.86"),
      layouts: [
        Layout(
          name: "sonic-cifar10", file: Data(PackageResources.sonic_cifar10_json),
          origin:
            "very likely the one: a widely published Keras network, its output layer not counted")
      ]),
    PaperNetwork(
      data: "STL-10", layers: (6, 1), parameters: 77_787_738, layersPruned: 5, clusters: 64,
      parametersLeft: 46_672_643, accuracy: ("74.6", "75.2"),
      layouts: [
        Layout(
          name: "sonic-stl10", file: Data(PackageResources.sonic_stl10_json),
          origin: "a stand-in, as no usual layout fits; 99.5 % of it is one dense layer")
      ]),
    PaperNetwork(
      data: "SVHN", layers: (4, 3), parameters: 552_362, layersPruned: 5, clusters: 64,
      parametersLeft: 331_417, accuracy: ("94.6", "95"),
      layouts: [
        Layout(
          name: "sonic-svhn", file: Data(PackageResources.sonic_svhn_json),
          origin:
            "likely the one: CIFAR-10's without the last normalization, though of 6 CONV and 2 FC"),
        Layout(
          name: "sonic-svhn-4-3", file: Data(PackageResources.sonic_svhn_4_3_json),
          origin: "a fit to the 4 CONV and 3 FC of the table"),
      ]),
  ]
}
