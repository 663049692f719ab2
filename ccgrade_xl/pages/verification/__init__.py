"""待核实: what is to be verified and why, who does it by when, and how what was found comes back."""
