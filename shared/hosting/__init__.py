"""What every service process is made of: settings in, one host, the roles it was asked to run. Nothing global."""
