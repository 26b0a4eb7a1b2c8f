"""A town whose carriers and wires do their worst, and what must be true of our record all the same.

truth     what a parcel's scans mean, in a few lines written from the design
town      parcels of all carriers, each with its history in its carrier's own codes
mischief  what befalls a message on its way
world     time passes: scans happen, messages come, are refused, are repeated; carriers are asked
claims    what holds afterwards, whatever happened
living    one seed lived from its first day to its last
"""
