"""The pages of payments: the lists, a règlement and what is done with it."""
