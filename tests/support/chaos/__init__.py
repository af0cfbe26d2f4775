"""Load and chaos: many uploads while everything goes wrong that may, and a checker that knows what must be in the end.

`make chaos` runs it; a small run is a test. Of the pipeline's code nothing is used here, but that which is deployed.
"""
