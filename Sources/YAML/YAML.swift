// YAML: see Package.swift for its place in the order.
