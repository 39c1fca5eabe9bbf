"""The pages a person opens in a browser: what this is, and an explorer to try it."""
