"""A simulated city: citizens and officers who behave like people, through the same actions as the API."""
