"""Spreadsheets in and out: the only place that reads or writes CSV and XLSX."""
