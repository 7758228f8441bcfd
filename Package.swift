// swift-tools-version: 6.0
import PackageDescription

// Targets in reading order: every import points up this list (checked by
// `swift build --explicit-target-dependency-import-check error`).
let package = Package(
  name: "assay",
  products: [
    .executable(name: "assay", targets: ["assay"]),
    // For tests alone: loaded before the program, it counts allocations.
    .library(name: "Allocations", type: .dynamic, targets: ["CAllocations"]),
  ],
  targets: [
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    // -O2 in debug builds too: at -O0 the kernels are 17 times slower, and with them every test.
    .target(
      name: "CKernels", cSettings: [.unsafeFlags(["-O2", "-ffp-contract=off"])],
      linkerSettings: [.linkedLibrary("m")]),
    .target(name: "Text"),
    .target(name: "YAML", dependencies: ["Text", "CYAML"]),
    .target(name: "Tensor", dependencies: ["CKernels"]),
    .target(name: "Graph", dependencies: ["Tensor", "Text"]),
    .target(name: "Ops", dependencies: ["Graph", "Tensor", "CKernels"]),
    .target(name: "Formula", dependencies: ["Text", "CKernels", "Tensor", "Graph", "Ops"]),
    .target(
      name: "Parts",
      dependencies: ["Text", "YAML", "CZlib", "CKernels", "Tensor", "Graph", "Ops", "Formula"]),
    .target(
      name: "Search", dependencies: ["Text", "YAML", "CKernels", "Tensor", "Formula", "Parts"]),
    .target(
      name: "Experiment",
      dependencies: ["Text", "YAML", "Tensor", "Graph", "Ops", "Formula", "Parts", "Search"]),
    .target(name: "Plan", dependencies: ["Text", "Tensor", "Graph", "CKernels"]),
    .target(
      name: "Run",
      dependencies: [
        "Text", "YAML", "CZlib", "CKernels", "Tensor", "Graph", "Ops", "Formula", "Parts",
        "Search", "Experiment", "Plan",
      ]),
    .target(
      name: "Sweep",
      dependencies: [
        "Text", "YAML", "CKernels", "Tensor", "Graph", "Formula", "Parts", "Search", "Experiment",
        "Plan", "Run",
      ]),
    .target(
      name: "Report",
      dependencies: [
        "Text", "YAML", "CZlib", "CKernels", "Tensor", "Formula", "Parts", "Search", "Experiment",
        "Run", "Sweep",
      ],
      // The report's style and scripts are files of their own, and bytes of the program: a report
      // needs nothing beside the program.
      resources: [
        .embedInCode("Page/page.css"), .embedInCode("Page/base.js"), .embedInCode("Page/chart.js"),
        .embedInCode("Page/panel.js"), .embedInCode("Page/curves.js"),
        .embedInCode("Page/study.js"), .embedInCode("Page/table.js"), .embedInCode("Page/main.js"),
      ]),
    .executableTarget(
      name: "assay",
      dependencies: [
        "Text", "YAML", "CKernels", "Tensor", "Graph", "Formula", "Parts", "Search", "Experiment",
        "Plan", "Run", "Sweep", "Report",
      ]),
    .target(name: "CAllocations", path: "Tests/CAllocations"),
    .target(name: "TestSupport", path: "Tests/Support"),
    .testTarget(name: "TextTests", dependencies: ["Text"]),
    .testTarget(name: "YAMLTests", dependencies: ["YAML", "Text"]),
    .testTarget(
      name: "DiagnosticTests", dependencies: ["Experiment", "YAML", "Text"],
      exclude: ["Cases", "Files"]),
    .testTarget(name: "KernelTests", dependencies: ["CKernels"], exclude: ["Goldens"]),
    .testTarget(name: "TensorTests", dependencies: ["Tensor", "CKernels"]),
    .testTarget(name: "GraphTests", dependencies: ["Graph", "Ops", "Tensor", "Text"]),
    .testTarget(
      name: "OpsTests", dependencies: ["Ops", "Graph", "Tensor", "CKernels", "Text"],
      exclude: ["Goldens"]),
    .testTarget(name: "FormulaTests", dependencies: ["Formula", "Ops", "Graph", "Tensor", "Text"]),
    .testTarget(
      name: "PartsTests",
      dependencies: [
        "Parts", "Experiment", "YAML", "Formula", "Ops", "Graph", "Tensor", "Text", "CKernels",
        "TestSupport",
      ],
      exclude: ["Goldens"]),
    .testTarget(
      name: "ExperimentTests",
      dependencies: [
        "Experiment", "Parts", "YAML", "Formula", "Graph", "Tensor", "Text", "TestSupport",
      ]),
    .testTarget(
      name: "PlanTests", dependencies: ["Plan", "Ops", "Graph", "Tensor", "Text", "CKernels"],
      exclude: ["Goldens"]),
    .testTarget(
      name: "RunTests",
      dependencies: [
        "Run", "Plan", "Experiment", "Parts", "Formula", "Ops", "Graph", "Tensor", "YAML", "Text",
        "CKernels", "CZlib", "TestSupport",
      ], exclude: ["Goldens"]),
    .testTarget(
      name: "SearchTests",
      dependencies: ["Search", "Parts", "YAML", "Text", "Tensor", "TestSupport"]),
    .testTarget(
      name: "SweepTests",
      dependencies: ["Sweep", "Run", "Search", "Experiment", "YAML", "Text", "TestSupport"]),
    .testTarget(
      name: "ReportTests",
      dependencies: [
        "Report", "Sweep", "Run", "Experiment", "Search", "YAML", "Text", "CZlib", "TestSupport",
      ]),
    .testTarget(name: "AssayTests", dependencies: ["assay", "TestSupport"]),
    .testTarget(
      name: "ProofTests",
      dependencies: [
        "assay", "Sweep", "Run", "Experiment", "Parts", "Formula", "Ops", "Graph", "Tensor",
        "CKernels", "YAML", "Text", "TestSupport",
      ], exclude: ["Experiments", "Goldens"]),
  ]
)
