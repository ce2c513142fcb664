"""What is known: entries, versions, the limits engine, the inventory's vocabulary and the rules."""
