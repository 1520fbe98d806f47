import Foundation
import SONICBackend
import Viewer

extension View {
  /// The view as a page that stands alone.
  var page: Data { Page(title: title, payload: json).html }
}
