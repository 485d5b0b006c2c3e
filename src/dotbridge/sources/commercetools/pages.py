"""Whether the template of product addresses leads to pages: some products are looked up in the shop itself."""

from __future__ import annotations

from urllib.parse import urlsplit

from dotbridge.errors import DotbridgeError
from dotbridge.http.client import HttpClient
from dotbridge.http.codes import REDIRECTED
from dotbridge.http.operation import Operation
from dotbridge.http.retry import Retries
from dotbridge.sources.base import Check
from dotbridge.sources.commercetools.client import Ask, optional
from dotbridge.sources.commercetools.profiles import Profile
from dotbridge.sources.commercetools.project import Project
from dotbridge.sources.commercetools.tailoring import as_shown
from dotbridge.sources.commercetools.to_commerce.product import current, url, variants_of

SAMPLES = 5
_SECONDS = 5.0
_LOOK = Operation("product page", "HEAD")


def probe(project: Project, profile: Profile) -> Check:
    """Fills the template for some published products and asks for their pages."""
    name = f"product pages:{profile.website.code}"
    if not profile.product_url.text and not profile.url_attribute:
        text = "There is no template of product addresses: products are rejected for want of one."
        return Check(name, "missing", text, "Set product_url of the connection or of the profile.")
    ask = Ask(("masterData(published = true)",), SAMPLES)
    listing = optional(lambda: project.api.page("products", ask))
    found = {str(item["id"]): current(item) for item in listing.items} if listing else {}
    rows = list(as_shown(project, profile.first, found).values())
    if not rows:
        return Check(name, "missing", "There is no published product to try an address with.")
    known = project.categories()
    addresses = [url(row, variants_of(row)[0], profile, profile.first, known) for row in rows]
    private = bool(project.settings.get("allow_private"))
    there = [address for address in addresses if address and _answers(address, allow_private=private)]
    if len(there) == len(addresses):
        return Check(name, "ok", f"{len(there)} of {len(addresses)} pages answer, the first at {there[0]}.")
    bad = next((address for address in addresses if address not in there), "") or "a product without slug"
    text = f"{len(there)} of {len(addresses)} pages answer; not {bad}."
    return Check(name, "missing", text, "Compare the template with the address of a product in the shop.")


def _answers(address: str, *, allow_private: bool) -> bool:
    parts = urlsplit(address)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    retries = Retries(attempts=1, total=0.0)
    try:
        client = HttpClient(
            f"{parts.scheme}://{parts.netloc}", timeout=_SECONDS, retries=retries, allow_private=allow_private
        )
    except DotbridgeError:
        return False
    try:
        return client.request(_LOOK, path, headers={"Accept": "text/html"}, accept=(200, 405)).status in (200, 405)
    except DotbridgeError as error:
        # Shops send visitors on to their language or to their main host.
        return error.code is REDIRECTED
    finally:
        client.close()
