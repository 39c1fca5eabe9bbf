"""Every change. An action is a plain function of a transaction, run by `Transactions`; nothing else writes."""
