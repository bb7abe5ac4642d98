"""Field types of what profiles and projects say of teaching: every code is in the OpenAPI document (FAQ L14, L26)."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from shared.contracts.teaching import OLDEST, YOUNGEST
from shared.web.fields import WHOLE

LANGUAGES = (
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo "
    "es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka "
    "kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng "
    "nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su "
    "sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
).split()
"""ISO 639-1."""

Subject = Literal[
    "art", "astronomy", "biology", "chemistry", "citizenship", "classical_languages", "cross_curricular", "design",
    "drama", "economics", "environment", "ethics", "european_studies", "foreign_languages", "geography",
    "health", "history", "history_of_culture", "home_economics", "informatics", "language_and_literature", "law",
    "mathematics", "media_education", "music", "natural_sciences", "philosophy", "physical_education", "physics",
    "politics", "preschool", "primary_school", "psychology", "religion", "social_studies", "special_needs",
    "technology", "vocational",
]  # fmt: skip
"""What is taught, as a code. (The FAQ names none: assumed.)"""

Language = Annotated[str, StringConstraints(pattern=f"^({'|'.join(LANGUAGES)})$")]
Age = Annotated[int, Field(ge=YOUNGEST, le=OLDEST), WHOLE]
MOST_CODES = 20
