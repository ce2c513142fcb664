"""What to do: runbooks in Markdown, their parser, and the walkthrough that leads through them."""
