"""Single fields of a submitted dossier, opened again for one person until a day: what can be opened
(`fields`), the verbs (`verbs`), and how one ends by itself (`ending`).
"""
