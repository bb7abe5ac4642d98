"""Projects over HTTP: what their teachers and national services do, and what anyone may find."""

from services.projects.api.projects import ProjectApi
from services.projects.api.searching import ProjectSearchApi

__all__ = ["ProjectApi", "ProjectSearchApi"]
