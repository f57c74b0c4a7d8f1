"""Sales: pipelines, deals and tasks."""
