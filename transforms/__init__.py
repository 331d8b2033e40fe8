"""What is computed: table in, table out; no disk, no clock, no database."""
