"""The composition root: settings, command line, wiring, logging. Nobody imports it."""
