"""Configuration files into the inventory: one reader per format, and the merge of what they found."""
