"""What was expected and foretold, against what came out: watch list, frozen forecasts, walk-forward, scores."""
