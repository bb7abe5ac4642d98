"""What falls due in registration, and the command that it becomes."""
