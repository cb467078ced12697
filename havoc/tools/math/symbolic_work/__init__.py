"""What runs in the process of `havoc.tools.math.sandbox`: the only room that imports sympy."""
