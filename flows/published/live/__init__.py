"""The live workbook of an auditor's pack: every figure a formula over cells, some of which a reader may change."""
