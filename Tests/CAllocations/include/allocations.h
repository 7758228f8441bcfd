// Nothing to call: the library counts from its loading to its program's end.
