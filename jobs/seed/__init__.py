"""The seed examples: small worked problems whose numbers come from the real libraries."""
