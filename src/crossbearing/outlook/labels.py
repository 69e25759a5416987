"""Words and units of the answers, and which are kept."""

from __future__ import annotations

LABELS = {
    "gross_run_rate": "Sales a year, gross",
    "net_run_rate": "Sales a year, net of partners' fees",
    "gross_revenue": "Revenue of the month, gross",
    "net_revenue": "Revenue of the month, net",
    "demand_sales": "Sales asked for",
    "capacity_sales": "Sales the capacity can serve",
    "load": "Part of the capacity that is sold",
    "power_online": "Power online",
    "compute_cost": "Compute cost of the month",
    "operating_profit": "Operating profit of the month, before stock pay and tax",
    "operating_margin": "Operating margin over gross revenue",
    "gross_margin": "Gross margin, partner fees in the cost of sales",
    "gross_margin_net": "Gross margin over net revenue",
    "inference_margin": "Margin after inference, partner fees below the line",
    "cumulative_cash_flow": "Cash flow since the start, before new money",
    "cash_need": "Opening cash needed to survive so far without new money",
    "valuation": "Value at the multiple of the run rate",
    "dilution_to_cover_need": "Part of the company that covers the cash need",
    "loop_gain": "Loop gain",
    "loop_root": "Growth a year the loop settles to",
    "large_customers": "Large customers",
    "tokens_served": "Tokens served, 1 at the start",
    "cash": "Cash, rounds included",
    "insolvent": "Insolvent",
    "ownership": "Part kept by today's holders",
}
RECORDED = tuple(LABELS)
COMPARED = (
    "gross_run_rate",
    "net_run_rate",
    "operating_margin",
    "power_online",
    "cash_need",
    "valuation",
    "dilution_to_cover_need",
)
ANSWERS_DRIVEN = ("gross_run_rate", "cash_need")
