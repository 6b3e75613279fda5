"""Networks as plain `nn.Module`s that carry the published key names of their families."""
