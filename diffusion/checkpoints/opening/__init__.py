"""One opener for each group of files: which parts there are, where their keys lie, what a sampler must know."""
