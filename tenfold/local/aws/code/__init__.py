"""The conversions of the table that are code: `code.<file>.<function>` in a YAML entry, one file a service."""
