"""Content security policies: what a page of this server may load, and nothing else."""

from typing import Final

STRICT_POLICY: Final = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
API_POLICY: Final = f"{STRICT_POLICY}; script-src 'self'; style-src 'self'; img-src 'self'"
# GraphiQL's editor positions its lines with style attributes and <style> elements, which need 'unsafe-inline'.
# Its fonts and cursors are data: URLs in its style sheet. Scripts come from our own files only.
EXPLORER_POLICY: Final = (
    f"{STRICT_POLICY}; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src data:; connect-src 'self'"
)
