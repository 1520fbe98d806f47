public import Foundation

/// A picture of figures.
public protocol Chart: Sendable {
  /// What a file of it is called, without what it ends with.
  var name: String { get }
  /// The file: vector shapes, and text as text.
  var svg: Data { get }
}

extension BarChart: Chart {}
extension GanttChart: Chart {}
extension HeatMap: Chart {}
extension HistogramChart: Chart {}
extension LineChart: Chart {}
extension StackedBarChart: Chart {}
