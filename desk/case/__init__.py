"""One application on the desk: everything in one view (`page`), what staff do with it (`acts`),
single fields opened again (`fields`), and the records of one person joined (`people`).
"""
