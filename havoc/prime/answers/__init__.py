"""From facts to the answer: what was asked for, how it is said, and in which sentences."""
