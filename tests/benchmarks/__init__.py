"""What the protocol costs: ratios against a bare baseline, measured in the same run. `make bench`."""
