"""The survey as one workbook, out and in again, for offices that work without the portal."""
