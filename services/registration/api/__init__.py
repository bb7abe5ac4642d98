"""Registration over HTTP, by subject: registrations, sessions, offices, schools."""
