"""The papers of a dossier: which are asked of whom (`checklist`), handing them in (`handing_in`)
and what staff say of them (`checking`). Kinds and rules are data; `shipped` has those of the start.
"""
