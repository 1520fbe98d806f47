import Foundation

/// The page's scripts: modules that import each other, joined into one.
///
/// A page that is opened from a disk cannot load modules, so their `import` lines are left out, and
/// `export` words too; names at the top of modules are unique, and each module comes after those that
/// it imports.
enum Script {
  /// In the order in which they are joined.
  static let modules: [(name: String, text: String)] = [
    ("dagre.js", PackageResources.dagre_js), ("dom.js", PackageResources.dom_js),
    ("units.js", PackageResources.units_js), ("payload.js", PackageResources.payload_js),
    ("selection.js", PackageResources.selection_js), ("unfold.js", PackageResources.unfold_js),
    ("overview.js", PackageResources.overview_js), ("timeline.js", PackageResources.timeline_js),
    ("schedule.js", PackageResources.schedule_js), ("table.js", PackageResources.table_js),
    ("network.js", PackageResources.network_js),
    ("layers.js", PackageResources.layers_js), ("story.js", PackageResources.story_js),
    ("energy.js", PackageResources.energy_js), ("listing.js", PackageResources.listing_js),
    ("machine.js", PackageResources.machine_js), ("compare.js", PackageResources.compare_js),
    ("main.js", PackageResources.main_js),
  ].map { ($0.0, String(decoding: $0.1, as: UTF8.self)) }

  static var all: String { modules.map { joined($0.text) }.joined() }

  private static func joined(_ module: String) -> String {
    let lines = module.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.filter { !$0.hasPrefix("import ") && !$0.hasPrefix("export const {") }
      .map { $0.hasPrefix("export ") ? $0.dropFirst("export ".count) : $0 }
      .joined(separator: "\n")
  }
}
