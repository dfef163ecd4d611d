"""The pages of a case for those abroad who have no account, and of those who look after nominees:
what was forwarded, the statement of the employer, a host's own nominees, replacing and withdrawing.
"""
