"""What kind of task a question is, which questions it holds, and what it may cost."""
