import CKernels

/// Runs `body` for 0 ..< items on the kernels' thread pool and returns when all are done. Items must
/// write disjoint memory, so that who runs which cannot change a bit. It allocates a closure: for work
/// outside of training steps.
public func parallel(_ items: Int, _ body: (Int) -> Void) {
  withoutActuallyEscaping(body) { body in
    withUnsafePointer(to: Work(body: body)) { work in
      assay_parallel(
        Int64(items),
        { context, item in
          context?.assumingMemoryBound(to: Work.self).pointee.body(Int(item))
        }, UnsafeMutableRawPointer(mutating: work))
    }
  }
}

/// A closure in memory that C can pass on. Stored bare, it would be wrapped anew at each call.
private struct Work {
  let body: (Int) -> Void
}
