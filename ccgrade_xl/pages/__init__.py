"""What stands on each sheet that a command fills? The steps between a `Book` and the judgement below it."""
