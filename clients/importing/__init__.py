"""Taking clients and opening balances over from files of other programs: checked whole, all of it or nothing."""
