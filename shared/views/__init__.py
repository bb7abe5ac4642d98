"""Views: documents that people read, folded from events. Fold and keys are pure; one runner does the I/O."""

from shared.views.view import View

__all__ = ["View"]
