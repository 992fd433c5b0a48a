"""The documentation holds: its commands run, its site builds, its tables are complete."""
