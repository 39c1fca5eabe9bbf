"""A city that is played: citizens and officers who act as people do, through the same actions as the API."""
