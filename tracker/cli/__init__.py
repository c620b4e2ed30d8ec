"""The command line: it wires the other layers and holds no logic of its own."""
