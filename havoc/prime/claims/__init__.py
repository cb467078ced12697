"""What an answer says: its numerals with their names, relations and conclusions."""
