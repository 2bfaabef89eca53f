"""The conversions of the table that are code: `code.<module>.<function>` in a YAML entry, one module per subject."""
