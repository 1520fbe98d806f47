import Hardware

/// What one tile makes a VDU do: the events that time and energy follow from.
struct Firing: Hashable {
  /// Vectors held on the rings, one after another.
  var imprints = 0
  /// Elements of all those vectors.
  var held = 0
  /// How long those are driven, in sum: while they are tuned and while vectors stream past them.
  var driven = Picoseconds.zero
  /// Vectors streamed past.
  var vectors = 0
  /// Elements of all those.
  var streamed = 0
  /// Those of them that are not zero, so that their VCSEL is lit.
  var lit = 0
  /// Activations read from the SRAM.
  var fetched = 0
  /// How long the unit is busy, and how much of that vectors stream and the last results come out.
  var busy = Picoseconds.zero
  var streaming = Picoseconds.zero
  var draining = Picoseconds.zero

  static func += (a: inout Firing, b: Firing) {
    a.imprints += b.imprints
    a.held += b.held
    a.driven += b.driven
    a.vectors += b.vectors
    a.streamed += b.streamed
    a.lit += b.lit
    a.fetched += b.fetched
    a.busy += b.busy
    a.streaming += b.streaming
    a.draining += b.draining
  }
}
