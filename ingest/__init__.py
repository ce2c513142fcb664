"""What comes in: users' configurations into the inventory, documents and knowledge into the index."""
