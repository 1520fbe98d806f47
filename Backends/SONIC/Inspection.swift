import Tensor
import Support
import Simulation
import Hardware
import Graph
public import Foundation
import Plan

/// A program laid open: what it holds, where that lies, and when each part is expected to run. Its
/// JSON has the names here as keys and whole numbers in the unit that the key names, so that sums
/// are exact.
public struct Inspection: Encodable, Sendable {
  public let format = "sonic-inspection"
  public let version = 1
  /// Where counts come from that depend on data, and so times and energies.
  public var counts: Report.Basis.Counts
  public var program: Facts
  public var machine: Hardware
  public var memory: Memory
  /// In the order of the program.
  public var steps: [Step]
  public var schedule: Schedule
  /// All instructions as assembly, by number, where they were asked for.
  public var instructions: [String]?

  /// What the program is and how large.
  public struct Facts: Encodable, Sendable {
    public var model: String
    /// FNV-1a of the model file, in hexadecimal; empty if unknown.
    public var modelHash: String
    public var compiler: String
    /// Version of the program format.
    public var format: Int
    /// Whether a run takes any batch, sample by sample.
    public var isBatchOpen: Bool
    /// Positions in ``Memory/buffers``.
    public var inputs: [Int]
    /// Positions in ``Memory/buffers``.
    public var outputs: [Int]
    public var layers: Int
    public var operations: Int
    public var instructions: Int
    public var tokens: Int
    /// Weights of all layers, zeros too.
    public var weights: Int
    /// Weights that are not zero.
    public var survivors: Int
  }

  /// The machine that the program is for.
  public struct Hardware: Encodable, Sendable {
    public var name: String
    public var summary: String
    public var conv: VDUs
    public var fc: VDUs

    /// The VDUs of one kind.
    public struct VDUs: Encodable, Sendable {
      public var units: Int
      /// Elements of a vector.
      public var length: Int
      /// Vectors that a unit takes at a time.
      public var rows: Int
      /// Microring banks of a unit.
      public var banks: Int
    }
  }

  /// What lies where.
  public struct Memory: Encodable, Sendable {
    /// The end of the highest buffer in the SRAM.
    public var sramPeakBytes: Int
    public var sramCapacityBytes: Int
    /// Buffers in main memory, constants aside.
    public var dramBufferBytes: Int
    public var dramCapacityBytes: Int
    /// Pairs of skip and code.
    public var weightBytes: Int
    /// Kernels' gains, scales and biases.
    public var kernelBytes: Int
    public var constantBytes: Int
    public var instructionBytes: Int
    public var buffers: [Buffer]
  }

  /// A tensor in memory.
  public struct Buffer: Encodable, Sendable {
    public var name: String
    public var element: String
    public var shape: [Int]
    public var bytes: Int
    /// Fraction bits, where it holds 16-bit codes.
    public var fraction: Int?
    /// The expected fraction of elements that are not zero.
    public var density: Double
    /// Where it lies in the SRAM; absent where it lies in main memory.
    public var sramAddress: Int?
    public var isConstant: Bool
  }

  /// A layer or an operation.
  public struct Step: Encodable, Sendable {
    public var name: String
    /// Buffers read: positions in ``Memory/buffers``, null where an operation leaves an input out.
    public var inputs: [Int?]
    /// Buffers written, likewise.
    public var outputs: [Int?]
    /// The first of its instructions.
    public var firstInstruction: Int
    public var instructionCount: Int
    /// Present for a layer on VDUs.
    public var layer: Layer?
    /// An operation's attributes as `name=values`, long lists cut.
    public var attributes: [String]
    /// What one sample takes, or is expected to take.
    public var estimate: Report.Step
  }

  /// When resources are busy with one sample, or are expected to be.
  public struct Schedule: Encodable, Sendable {
    public var latencyPicoseconds: Int
    /// Of the steps, of transfers that belong to none, and what is drawn all the time.
    public var energyFemtojoules: Int
    public var transferFemtojoules: Int
    public var standingFemtojoules: Int
    public var groups: [Group]

    /// Resources of one kind.
    public struct Group: Encodable, Sendable {
      public var name: String
      public var units: Int
      /// The sum over its units.
      public var busyPicoseconds: Int
      /// Busy time over latency, the mean of its units, 0 to 1.
      public var utilization: Double
      /// The same for each of ``Inspection/bins`` equal parts of the latency.
      public var profile: [Double]
    }
  }

  /// Parts that schedules are divided into.
  public static let bins = 60

  /// The JSON form.
  public var json: Data { Words.json(self) }
}
