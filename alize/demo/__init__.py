"""The demonstration: `data.toml` says what happened and when, this code calls the real verbs."""
