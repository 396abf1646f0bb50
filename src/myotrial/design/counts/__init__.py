"""Operating characteristics of responder designs from simulated counts (tier 1).

For what is too large to enumerate, and to check what is enumerated. Trials are drawn in blocks,
each with its own random stream made from the seed and the block's number, so that the result does
not depend on how blocks are shared out; tallies of shards merge by addition.
"""
