"""Jakarta's reference data: kelurahan, agencies, categories, and how a point finds its kelurahan."""
