"""Stage 3: contradictory claims become one like-for-like series with honest doubt."""
