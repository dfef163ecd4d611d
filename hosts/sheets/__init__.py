"""What each column of this app's spreadsheets means."""
