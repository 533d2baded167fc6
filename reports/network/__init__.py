"""The whole network at a date: its figures, who needs help, who brings what, where."""
