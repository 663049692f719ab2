"""Is the scorecard still right? Stability, migration, discrimination, the impact of a draft, sensitivity."""
