"""The rules: what is judged in a configuration. One module a subject; `engine` runs them."""
