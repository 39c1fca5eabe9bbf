"""Every change. An action is a plain function of a transaction, run by `Transactions`; only a fill writes otherwise."""
