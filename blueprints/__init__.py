"""What: pure data and arithmetic. Never imports Pulumi."""
