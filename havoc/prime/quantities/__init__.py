"""What results hold, and what people call it: names, fields, operations, precision."""
