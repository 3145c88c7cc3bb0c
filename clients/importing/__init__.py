"""The clients and opening balances that files of other programs tell of."""
