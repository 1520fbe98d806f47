import Foundation

/// Files that NumPy 2.4.6 wrote (`numpy.lib.format.write_array`, `savez`, `savez_compressed`).
enum NumPyFiles {
  /// `[[1, 2.5, -3], [0, 1e-40, inf]]` as `<f4`.
  static let floats = file(
    "k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIs"
      + "IDMpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg"
      + "IAoAAIA/AAAgQAAAQMAAAAAAwhYBAAAAgH8=")

  /// `arange(6).reshape(2, 3)` as `>f8` in Fortran order.
  static let bigEndianFortran = file(
    "k05VTVBZAQB2AHsnZGVzY3InOiAnPmY4JywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAoMiwg"
      + "MyksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg"
      + "IAoAAAAAAAAAAEAIAAAAAAAAP/AAAAAAAABAEAAAAAAAAEAAAAAAAAAAQBQAAAAAAAA=")

  /// `[-1, 300]` as `<i2`, format version 2.0.
  static let version2 = file(
    "k05VTVBZAgB0AAAAeydkZXNjcic6ICc8aTInLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAo"
      + "MiwpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg"
      + "IAr//ywB")

  /// `True`, a scalar, format version 3.0.
  static let version3 = file(
    "k05VTVBZAwB0AAAAeydkZXNjcic6ICd8YjEnLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAo"
      + "KSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg"
      + "IAoB")

  /// `x = arange(4, dtype="<f4").reshape(2, 2)` and `y = full((3, 40), 7, "u1")`.
  static let stored = file(
    "UEsDBC0AAAAAAAAAIQCR9Ofb//////////8FABQAeC5ucHkBABAAkAAAAAAAAACQAAAAAAAAAJNOVU1QWQEA"
      + "dgB7J2Rlc2NyJzogJzxmNCcsICdmb3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgyLCAyKSwgfSAg"
      + "ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKAAAAAAAA"
      + "gD8AAABAAABAQFBLAwQtAAAAAAAAACEAuqEhCv//////////BQAUAHkubnB5AQAQAPgAAAAAAAAA+AAAAAAA"
      + "AACTTlVNUFkBAHYAeydkZXNjcic6ICd8dTEnLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAo"
      + "MywgNDApLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg"
      + "ICAgCgcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH"
      + "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHB1BL"
      + "AQItAy0AAAAAAAAAIQCR9OfbkAAAAJAAAAAFAAAAAAAAAAAAAACAAQAAAAB4Lm5weVBLAQItAy0AAAAAAAAA"
      + "IQC6oSEK+AAAAPgAAAAFAAAAAAAAAAAAAACAAccAAAB5Lm5weVBLBQYAAAAAAgACAGYAAAD2AQAAAAA=")

  /// The same, compressed.
  static let deflated = file(
    "UEsDBC0AAAAIAAAAIQCR9Ofb//////////8FABQAeC5ucHkBABAAkAAAAAAAAABQAAAAAAAAAJvsF+obEMnI"
      + "UMZQrZ6SWpxcpG6loG6TZqKuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6CkaaOgq1CmQDLgYw"
      + "aLAHEg5A5AAAUEsDBC0AAAAIAAAAIQC6oSEK//////////8FABQAeS5ucHkBABAA+AAAAAAAAABKAAAAAAAA"
      + "AJvsF+obEMnIUMZQrZ6SWpxcpG6loF5Taqiuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GsY6CiYG"
      + "mjoKtQrkAi72AQIAUEsBAi0DLQAAAAgAAAAhAJH059tQAAAAkAAAAAUAAAAAAAAAAAAAAIABAAAAAHgubnB5"
      + "UEsBAi0DLQAAAAgAAAAhALqhIQpKAAAA+AAAAAUAAAAAAAAAAAAAAIABhwAAAHkubnB5UEsFBgAAAAACAAIA"
      + "ZgAAAAgBAAAAAA==")

  private static func file(_ base64: String) -> Data { Data(base64Encoded: base64)! }
}
