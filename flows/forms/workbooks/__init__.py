"""XLSX and XLS: values and what the workbook says beside them, each read by a program of its own."""
