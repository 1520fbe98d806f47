import Photonics
import Testing

/// Numbers without a derivation here are printed by reference.py.
@Suite struct ConverterTests {
  /// 62 mW and 14 ns for 16 bits.
  private static let converter = Converter(
    power: Milliwatts(62), rate: Hertz(1 / 14e-9), bits: 16)

  @Test func figuresOfMerit() {
    expectClose(Self.converter.energy.value, 868)
    expectClose(Self.converter.waldenFigure.value, 13.24462891e-3)
    expectClose(Self.converter.schreierFigure.value, 185.695014)
  }

  @Test func figuresGiveTheEnergyBack() {
    let converter = Self.converter
    expectClose(Converter.energy(bits: 16, walden: converter.waldenFigure).value, 868)
    expectClose(Converter.energy(bits: 16, schreier: converter.schreierFigure).value, 868)
    // A bit more: twice the energy by Walden, four times by Schreier.
    expectClose(Converter.energy(bits: 17, walden: converter.waldenFigure).value, 2 * 868)
    expectClose(Converter.energy(bits: 17, schreier: converter.schreierFigure).value, 4 * 868)
  }
}
