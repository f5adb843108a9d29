"""The tables that can be downloaded, one file each: `COLUMNS`, name to meaning, and `rows`, cells in that order."""
