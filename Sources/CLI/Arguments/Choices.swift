public import ArgumentParser
public import Compiler
public import Exploration
public import SONICBackend

// Choices that flags take by their names.

extension Options.BatchNorm: ExpressibleByArgument {}
extension Options.Gain: ExpressibleByArgument {}
extension Options.Pack: ExpressibleByArgument {}
extension Options.Dataflow: ExpressibleByArgument {}
extension Options.Clustering: ExpressibleByArgument {}
extension RunOptions.Numerics: ExpressibleByArgument {}
extension RunOptions.Executor: ExpressibleByArgument {}
extension SearchMethod: ExpressibleByArgument {}
