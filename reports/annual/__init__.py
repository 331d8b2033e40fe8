"""The chapters of a bank's annual environmental-information report that rest on its loans, in two languages."""
