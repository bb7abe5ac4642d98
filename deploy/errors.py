"""What the command line says instead of a stack trace."""


class Unable(Exception):
    """Something outside the program is missing or in the way.

    Its text is one sentence that says what is wrong and what to do; the command ends with exit code 3.
    """
