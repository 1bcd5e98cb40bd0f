"""What the tests on a real cluster share: kubectl, waiting, runs, and witnesses outside the operator."""
