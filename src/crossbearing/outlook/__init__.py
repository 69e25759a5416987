"""The outlook: a stock-and-flow model that reads like the business, run over the position under scenarios and shocks."""
