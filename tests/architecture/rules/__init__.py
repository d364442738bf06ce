"""What the import contracts cannot express: rules from source text to violations."""
