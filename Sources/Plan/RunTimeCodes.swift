/// How weights that are activations themselves are told while a program runs: as signed bytes, of which
/// those from `-largest` to `largest` stand for as many steps. A weight DAC of 6 bits gives these, as it
/// gives the values of a codebook; bytes beyond are taken as the nearest of them.
public enum RunTimeCodes {
  /// The largest magnitude of 6 bits with a sign.
  public static let largest = 31

  /// What codes 1, 2, ... of a layer's codebook stand for, in steps: all but zero, in ascending order.
  public static let steps = Array(-largest...largest).filter { $0 != 0 }

  /// The code of a byte in a codebook of ``steps``; 0 for a zero weight.
  public static func code(_ byte: Int64) -> UInt8 {
    let step = Int(min(max(byte, Int64(-largest)), Int64(largest)))
    return UInt8(step < 0 ? step + largest + 1 : step == 0 ? 0 : step + largest)
  }
}
