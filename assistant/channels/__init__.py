"""The ways in: HTTP and the page, and the chat channels."""
