"""Photos: upload, processing and storage."""
