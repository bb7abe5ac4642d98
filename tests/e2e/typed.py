"""Words of the journey that no school, no mail and no code bears: found somewhere else, they have leaked there."""

from base64 import b64encode

STATEMENT = "Confidencialmente"
"""In every statement: of a block, a hold, an approval by letter, a contested refusal."""
PROPOSED = "Escuelanunca"
"""In the name, the town and the website of every school that is missed."""
SEARCHED = "Buscandolina"
"""In every search."""
SCANNED = "Certificadoramente"
"""In the form that a director signed."""
CERTIFICATE = b"%PDF-1.4\n" + SCANNED.encode()
"""First bytes of a PDF. Nine of them, and a word of a multiple of three: it is found in base64 too."""
KEPT_SCAN = b64encode(SCANNED.encode()).decode()
"""How the certificate's word stands in its record."""
