"""The heavy work beside a lean script that does the same: what a portfolio, a diploma and a signature cost."""
