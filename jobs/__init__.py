"""The jobs of HAVOC: each module is one command, thin over the rooms of `havoc`."""
