public import Hardware

extension Layer {
  /// The vectors of a kernel's survivors, for the machine's vector length.
  public func chunks(_ machine: Machine) -> [Int] {
    kernels.chunks(length: machine.array(kind).length, slice: slice)
  }

  /// The vectors that a patch is expected to be cut into once its zeros are dropped.
  public func expectedImprints(ofPatchWith density: Float, _ machine: Machine) -> Int {
    let length = machine.array(kind).length
    let survivors = Int((Double(geometry.patch) * Double(density)).rounded(.up))
    return (survivors + length - 1) / length
  }
}
