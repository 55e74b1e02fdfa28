"""Programs that block an event loop, and programs that do not: what detectors are measured with."""
