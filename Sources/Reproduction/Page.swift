import Charts

/// What is printed of an evaluation: sections of text around tables and charts.
struct Page {
  private let machine: DataTable
  private let networks: DataTable
  private let origins: DataTable
  private let results: DataTable
  private let readings: DataTable
  private let parts: DataTable
  private let accelerators: DataTable
  private let figures: DataTable
  private let outcomes: DataTable
  private let counted: DataTable
  private let efficiencies: DataTable
  private let energies: DataTable
  private let fits: DataTable
  private let limits: DataTable
  private let differences: [Difference]
  let charts: [BarChart]

  var tables: [DataTable] {
    [
      machine, networks, origins, results, readings, parts, accelerators, figures, outcomes,
      counted, efficiencies, energies, fits, .crossLight, limits, .contradictions,
    ]
  }

  init(_ evaluation: Evaluation) {
    let comparison = evaluation.comparison
    let sonic = evaluation.readings[0].machine
    let experiments = Experiment.all(evaluation.readings)
    let memory = experiments.first { $0.memory == .counted }!
    machine = .figures(of: sonic)
    networks = .networks(evaluation.counted)
    origins = .origins(evaluation.counted)
    results = .results(evaluation)
    readings = .readings(evaluation)
    parts = .parts(evaluation)
    accelerators = .summaries(of: comparison.accelerators)
    figures = .figures(of: comparison.accelerators, beside: sonic)
    outcomes = .outcomes(comparison, experiments[0], name: "comparison")
    counted = .outcomes(comparison, memory, name: "comparison-with-memory")
    efficiencies = .ratios(
      .efficiency, comparison, experiments.filter { $0.applies(to: .efficiency) })
    energies = .ratios(.energyPerBit, comparison, experiments)
    differences = Difference.all(comparison, experiments)
    fits = .fits(differences, experiments)
    limits = .limits(comparison.accelerators)
    charts = [
      .readings(evaluation), .comparison(.efficiency, comparison, experiments[0]),
      .comparison(.energyPerBit, comparison, experiments[0]),
    ]
  }

  var text: String {
    [opening, onNetworks, onReadings, onParts, onAccelerators, onDifferences, onPublished]
      .joined(separator: "\n")
  }

  private var opening: String {
    """
    # The paper's evaluation, done again

    Printed by `sonic reproduce`. Every figure says where it is from: **T** read in the SONIC paper
    (arXiv 2109.04459), **C** in CrossLight's (arXiv 2102.06960), **P** in another paper's abstract or in print,
    **R** recalled, **O** ours. Columns *of the paper* are T; how a layout was found is ours; all else is counted, or
    computed by compiling programs and executing them.

    ## The machine

    \(machine.markdown)
    """
  }

  private var onNetworks: String {
    """
    ## The networks

    Layer shapes are not published. These layouts have the published totals exactly; many do by chance, so that proves
    little. What is left after pruning is published as a half or 60 % of all parameters, biases and normalization
    included, so it looks like arithmetic on the total; here so many parameters are not zero, and fewer weights proper.
    Weights are random, by a seed, and each layer that is pruned is pruned alike; which layers are not is our choice. So
    half of the activations are zero, as random weights make them. 16 clusters would need DACs of 4 bits; they are
    charged as 6. Accuracies are the paper's, in per cent before and after; random weights have none.

    \(networks.markdown)
    \(origins.markdown)
    """
  }

  private var onReadings: String {
    """
    ## SONIC on them

    One random picture each, batch 1, calibrated on it. The paper costs neither memory nor the control unit, so
    figures without the energy of memory are the closer ones; time always has the memory's, of which the reading *fast
    memory* is free. The paper does not say what *energy a bit* divides by; here these are the bits that stream past the
    rings ([CostModel.md](CostModel.md)): 16 for an activation, 6 for a weight. How many there are depends on what stays on
    the rings, which is picked for each reading anew, so these figures do not compare from one reading to another; energies
    of a picture do. *MR hold* is what keeping all rings on their wavelengths takes, 3.2 mW each (O), also while nothing
    is computed: with n rows a VDU has n times as many. An ADC takes 14 ns; that it takes a vector every 0.33 ns for the
    62 mW of one is an assumption (O) that the default rests on: *43 ADCs* pays for as many as that needs.

    The layout matters as much as the reading: one mean is over the first layout of every network, the other over the last.

    ![Frames a second and watt](\(charts[0].name).svg)

    \(results.markdown)
    What each reading of the paper does, against the default: means of the four networks' ratios, first layouts.

    \(readings.markdown)
    """
  }

  private var onParts: String {
    """
    ## What each part of SONIC is worth

    Against the whole, as SONIC is read by default: means of the four networks' ratios, first layouts. What stays on the
    rings is picked anew for each. `thermal-hold`, and so *full*, is of rings that do not warm each other. As near as
    the machine's optics have them they do, and heaters cannot cool: *TED* tunes a bank as a whole, *no TED* each ring by
    a controller of its own. What that takes is computed from CrossLight's crosstalk, for shifts drawn evenly from zero to
    twice the variation (O); *rings held for free* is a bound. The papers give none of the three.

    \(parts.markdown)
    """
  }

  private var onAccelerators: String {
    """
    ## SONIC and other accelerators

    Each is a file of figures, in Sources/Reproduction/Accelerators. Photonic ones go through the executor as SONIC does
    (`--machine` takes their files), with vectors, devices and bits of their own, and dense: no weight is zero, zero
    activations are held, no VCSEL is dark. Electronic ones take the larger of the time of their multiplications,
    peak times utilization, and the time to read each weight once; they draw their power meanwhile. What a network
    has beside layers (pooling, activation functions) costs SONIC and the photonic ones something, the electronic ones
    nothing.

    \(accelerators.markdown)
    Where they differ from SONIC's, and all of the electronic ones:

    \(figures.markdown)
    As the paper costs no memory, here it costs neither time nor energy; CSV files have the same with it
    (`comparison-with-memory.csv`). A bit is one of the operand that streams, for each multiplication that is done. First
    layouts; means are of the four networks' ratios.

    ![Frames a second and watt of all](\(charts[1].name).svg)

    ![Energy a bit of all](\(charts[2].name).svg)

    \(outcomes.markdown)
    How many times better SONIC is, beside what the paper says (T; averages over its four networks, and none for P100
    and Xeon 9282). *Base* is the table above; every other column changes one thing: how SONIC is read, whether memory is
    counted, on both sides, or what a bit is. **Bold** is within 25 % of what is published.

    Frames a second and watt:

    \(efficiencies.markdown)
    Energy a bit, times less:

    \(energies.markdown)
    """
  }

  private var onDifferences: String {
    let off = differences.filter { !$0.isNear }
    let near = differences.filter(\.isNear).map { "\($0.peer), \($0.metric.name)" }
    let names = near.isEmpty ? "none is nearer" : "nearer are \(near.joined(separator: "; "))"
    return """
      ## Where ours and the paper's differ

      Of \(differences.count) published ratios, \(off.count) are off by more than 25 % here; \(names). So many times
      off is each column of the tables above, geometric means over the five accelerators, each in its likelier model:

      \(fits.markdown)
      A paragraph below takes one change at a time, with either model of the other accelerator where there are two. What
      would explain one ratio may spoil another: the table above says how many of all each change brings within 25 %.

      \(off.map(\.paragraph).joined(separator: "\n"))
      """
  }

  private var onPublished: String {
    """
    ## What the papers say of others

    CrossLight's table III, by the same group a few months earlier, over four other networks (C):

    \(DataTable.crossLight.markdown)
    With power and peak of our files, that leaves so many operations to a picture. A network of so many weights has twice
    as many at the very least, and convolutions many more; CrossLight's networks have 60,074 to 38,951,745 parameters (C).

    \(limits.markdown)
    The two contradict each other: how many times better CrossLight is than the same accelerator, by the one paper and by
    the other. No one model can match both.

    \(DataTable.contradictions.markdown)
    """
  }
}
